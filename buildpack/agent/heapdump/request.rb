# frozen_string_literal: true

require_relative 'envelope'

module Heapdump
  # A request that has been checked: signed, meant for this dyno, fresh, and every field what it must be.
  class Request
    BEFORE = 'older than this dyno: compare the clocks of dyno and laptop, or ask again'
    EARLY = 'of a time that is yet to come: compare the clocks of dyno and laptop'
    NOT_OURS = 'signed, but its fields are not those of a request'

    # Right in every way, but of a type that this agent does not know.
    class Unsupported < Envelope::Rejected
      attr_reader :request

      def initialize(request)
        super(:invalid, NOT_OURS)
        @request = request
      end
    end

    OLDEST_SECONDS = 300
    LONGEST_TRACE_SECONDS = 3600
    # Fields that a request may insist on: an agent that passed over `redact` would store what it must not.
    KNOWN_NEEDS = %w[redact force].freeze
    TYPES = %w[dump status trace_start trace_stop rules].freeze
    # What every dyno may be asked at once.
    TYPES_FOR_ALL = %w[status rules].freeze
    ALL = '*'

    # by: the rule that asks, nil: a person.
    attr_reader :by, :type, :id, :dyno, :at, :trace_seconds, :quota_bytes, :redact, :needs

    # message: what Envelope#open returned; shared_name: another name that this dyno answers to, or nil; since: what is
    # older, a dyno before this one may have answered. Raises Envelope::Rejected.
    def self.read(message, dyno:, shared_name: nil, since: 0, now: Time.now.to_i)
      request = new(message)
      raise Envelope::Rejected.new(:invalid, NOT_OURS) unless request.valid?
      raise Envelope::Rejected.new(:dyno, 'meant for another dyno') unless request.for?(dyno, shared_name)
      raise Envelope::Rejected.new(:early, EARLY) if request.at > now
      raise Envelope::Rejected.new(:stale, 'stale: compare the clocks of dyno and laptop') unless request.fresh?(now)
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
      @trace_seconds = 0 if @trace_seconds.nil? && type != 'dump'
    end

    # Whoever asks accepts that there may be no room, and that it is soon after the last one.
    def force?
      @force == true
    end

    def valid?
      type.is_a?(String) && id.is_a?(String) && id.match?(/\A[a-z0-9]{8,26}\z/) && dyno.is_a?(String) && at.is_a?(Integer) &&
        valid_tracing? && valid_options?
    end

    def for?(name, shared_name = nil)
      [name, shared_name].compact.include?(dyno) || (dyno == ALL && TYPES_FOR_ALL.include?(type))
    end

    # Its answers come from a dyno with a name.
    def addressed_to(name)
      @dyno = name
      self
    end

    # Nothing is done before its time: a dyno that starts after this one, and knows nothing of what this one has done,
    # would take it for new. The plugin says it again every two seconds.
    def fresh?(now)
      at.between?(now - OLDEST_SECONDS, now)
    end

    def to_h
      {'type' => type, 'id' => id, 'dyno' => dyno, 'at' => at, 'traceSeconds' => trace_seconds}.merge(options)
    end

    # What each process is told. redact: what the request and the configuration come to.
    def dump_order(redact)
      {'id' => id, 'dyno' => dyno}.merge(options, 'redact' => redact)
    end

    # Of what the request can not do without, that which this agent has not.
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
        (quota_bytes.nil? || (quota_bytes.is_a?(Integer) && quota_bytes.positive?)) &&
        (needs.nil? || (needs.is_a?(Array) && needs.size <= 20 && needs.all?(String)))
    end
  end
end
