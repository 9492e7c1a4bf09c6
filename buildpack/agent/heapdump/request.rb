# frozen_string_literal: true

require_relative 'envelope'

module Heapdump
  # A dump request that has been checked: signed, meant for this dyno, fresh, and every field what it must be.
  class Request
    OLDEST_SECONDS = 300
    FUTURE_SECONDS = 60
    LONGEST_TRACE_SECONDS = 3600

    attr_reader :id, :dyno, :at, :trace_seconds

    # message: what Envelope#open returned. Raises Envelope::Rejected.
    def self.read(message, dyno:, now: Time.now.to_i)
      request = new(message)
      raise Envelope::Rejected.new(:invalid, 'signed, but its fields are not those of a dump request') unless request.valid?
      raise Envelope::Rejected.new(:dyno, 'meant for another dyno') unless request.dyno == dyno
      raise Envelope::Rejected.new(:stale, "stale: compare the clocks of dyno and laptop") unless request.fresh?(now)

      request
    end

    def self.forgettable?(written_at, now = Time.now.to_i)
      written_at < now - OLDEST_SECONDS
    end

    def initialize(message)
      @type, @id, @dyno, @at, @trace_seconds = message.values_at('type', 'id', 'dyno', 'at', 'traceSeconds')
    end

    def valid?
      @type == 'dump' && id.is_a?(String) && id.match?(/\A[a-z0-9]{8,26}\z/) && dyno.is_a?(String) && at.is_a?(Integer) &&
        trace_seconds.is_a?(Integer) && trace_seconds.between?(0, LONGEST_TRACE_SECONDS)
    end

    def fresh?(now)
      at.between?(now - OLDEST_SECONDS, now + FUTURE_SECONDS)
    end

    def to_h
      {'type' => @type, 'id' => id, 'dyno' => dyno, 'at' => at, 'traceSeconds' => trace_seconds}
    end
  end
end
