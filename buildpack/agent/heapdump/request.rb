# frozen_string_literal: true

require_relative 'envelope'

module Heapdump
  # A checked request: signed, meant for this dyno, fresh, and with valid fields.
  class Request
    BEFORE = 'it is older than this dyno: compare the clocks of dyno and laptop, or try again'
    EARLY = 'its time is in the future: compare the clocks of dyno and laptop'
    STALE = 'it is too old: compare the clocks of dyno and laptop'
    NOT_OURS = 'it is signed, but not a valid request'

    # Valid, but of a type that this agent does not know.
    class Unsupported < Envelope::Rejected
      attr_reader :request

      def initialize(request)
        super(:invalid, NOT_OURS)
        @request = request
      end
    end

    OLDEST_SECONDS = 300
    LONGEST_TRACE_SECONDS = 3600
    # Fields that a request may require: an agent that ignored `redact` would store what it must not.
    KNOWN_NEEDS = %w[redact force process largest].freeze
    TYPES = %w[dump status trace_start trace_stop rules trim attach cancel].freeze
    # Types that may go to all dynos at once.
    TYPES_FOR_ALL = %w[status rules attach cancel].freeze
    ALL = '*'
    ID = /\A[a-z0-9]{8,26}\z/

    # by: the name of the rule that requested the dump; nil for a person. pid: of the process that a trim is for; nil for
    # all. process: the name of the processes to dump; nil: all. request: the id of the dump to watch or to cancel.
    attr_reader :by, :type, :id, :dyno, :at, :trace_seconds, :quota_bytes, :redact, :needs, :pid, :process, :request

    # message: from Envelope#open. shared_name: another name that this dyno answers to, or nil. since: an earlier dyno
    # may have answered anything older. Raises Envelope::Rejected.
    def self.read(message, dyno:, shared_name: nil, since: 0, now: Time.now.to_i)
      request = new(message)
      raise Envelope::Rejected.new(:invalid, NOT_OURS) unless request.valid?
      raise Envelope::Rejected.new(:dyno, 'it is for another dyno') unless request.for?(dyno, shared_name)
      raise Envelope::Rejected.new(:early, EARLY) if request.at > now
      raise Envelope::Rejected.new(:stale, STALE) unless request.fresh?(now)
      raise Envelope::Rejected.new(:before, BEFORE) if request.at < since
      raise Unsupported, request unless TYPES.include?(request.type)

      request.addressed_to(dyno)
    end

    def self.forgettable?(written_at, now = Time.now.to_i)
      written_at < now - OLDEST_SECONDS
    end

    def initialize(message)
      @type, @id, @dyno, @at, @trace_seconds = message.values_at('type', 'id', 'dyno', 'at', 'traceSeconds')
      @force, @quota_bytes, @redact, @needs, @by = message.values_at('force', 'quotaBytes', 'redact', 'needs', 'by')
      @pid = message['pid'] if type == 'trim'
      @process, @largest, @request, @history = message.values_at('process', 'largest', 'request', 'history')
      @trace_seconds = 0 if @trace_seconds.nil? && type != 'dump'
    end

    # Skips the memory check and the cooldown.
    def force?
      @force == true
    end

    # Whether the answer should include the processes' histories.
    def history?
      @history == true
    end

    # Only the largest process.
    def largest?
      @largest == true
    end

    def valid?
      type.is_a?(String) && id.is_a?(String) && id.match?(ID) && dyno.is_a?(String) && at.is_a?(Integer) &&
        valid_tracing? && valid_options? && valid_choice?
    end

    def for?(name, shared_name = nil)
      [name, shared_name].compact.include?(dyno) || (dyno == ALL && TYPES_FOR_ALL.include?(type))
    end

    # Answers carry this dyno's own name, even if the request was for `*` or a shared name.
    def addressed_to(name)
      @dyno = name
      self
    end

    # Refuses a time in the future: to a dyno that starts after this one, which does not know what this one has done,
    # such a request would be new. The plugin repeats its request every two seconds.
    def fresh?(now)
      at.between?(now - OLDEST_SECONDS, now)
    end

    def to_h
      {'type' => type, 'id' => id, 'dyno' => dyno, 'at' => at, 'traceSeconds' => trace_seconds}.merge(options)
    end

    # The order for each process. redact: decided from the request and the configuration.
    def dump_order(redact)
      {'id' => id, 'dyno' => dyno}.merge(options, 'redact' => redact)
    end

    # Required fields that this agent does not support.
    def unknown_needs
      Array(needs) - KNOWN_NEEDS
    end

    private

    def options
      {'force' => @force, 'quotaBytes' => quota_bytes, 'redact' => redact, 'needs' => needs, 'by' => by}.compact
    end

    def valid_tracing?
      trace_seconds.is_a?(Integer) && trace_seconds.between?(type == 'trace_start' ? 1 : 0, LONGEST_TRACE_SECONDS)
    end

    def valid_options?
      [@force, redact].all? { |choice| [nil, true, false].include?(choice) } &&
        (by.nil? || (by.is_a?(String) && by.match?(/\A[a-z0-9_-]{1,32}\z/))) &&
        [quota_bytes, pid].compact.all? { |number| number.is_a?(Integer) && number.positive? } &&
        (needs.nil? || (needs.is_a?(Array) && needs.size <= 20 && needs.all?(String)))
    end

    # Of processes, and of a request.
    def valid_choice?
      (process.nil? || (process.is_a?(String) && process.length.between?(1, 100))) &&
        [nil, true, false].include?(@largest) && (request.nil? ? type != 'attach' : request.is_a?(String) && request.match?(ID))
    end
  end
end
