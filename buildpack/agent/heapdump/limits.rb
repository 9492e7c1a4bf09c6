# frozen_string_literal: true

module Heapdump
  # How often a dyno may be dumped. The history comes from the ledger, so it survives a new leader or a reconnect.
  class Limits
    DAY_SECONDS = 86_400

    # → nil, or [code, message]
    def self.refusal(request, ledger, configuration, now = Time.now.to_i)
      new(ledger.history, configuration.cooldown_seconds, configuration.daily_limit, now).refusal(request)
    end

    # history: [{'at' => seconds, 'stored' => true}], see Ledger. A limit of 0 means no limit.
    def initialize(history, cooldown_seconds, daily_limit, now)
      @history = history
      @cooldown_seconds = cooldown_seconds
      @daily_limit = daily_limit
      @now = now
    end

    def refusal(request)
      return ['limit_reached', limit_reached] if daily_limit_reached?
      return ['too_soon', too_soon(request)] if seconds_left(request).positive? && !request.force?

      nil
    end

    private

    # Every attempt counts: a dump that cannot be stored costs the app as much as one that can.
    def today
      @history.map { |entry| entry['at'] }.select { |at| at > @now - DAY_SECONDS }
    end

    def daily_limit_reached?
      @daily_limit.positive? && today.size >= @daily_limit
    end

    def limit_reached
      free_at = Time.at(today.sort[-@daily_limit] + DAY_SECONDS).utc
      "this dyno has reached HEAPDUMP_DAILY_LIMIT: #{today.size} of #{@daily_limit} requests in the last 24 hours; " \
        "it accepts the next one on #{free_at.strftime('%-d %B at %H:%M')} UTC"
    end

    # Only a stored dump starts the cooldown, and a request that traces first dumps that much later.
    def seconds_left(request)
      last = @history.select { |entry| entry['stored'] }.map { |entry| entry['at'] }.max
      last ? last + @cooldown_seconds - (@now + request.trace_seconds) : 0
    end

    def too_soon(request)
      "the last dump was #{@cooldown_seconds - seconds_left(request) - request.trace_seconds} s ago, and " \
        "HEAPDUMP_COOLDOWN is #{@cooldown_seconds} s: wait #{seconds_left(request)} s"
    end
  end
end
