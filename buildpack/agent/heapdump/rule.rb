# frozen_string_literal: true

require_relative 'triggers'
require_relative 'units'

module Heapdump
  # When to dump a dyno automatically, in the terms of dotnet-monitor's collection rules: a filter (the dynos), a
  # trigger, an action (always a dump) and limits. docs/automatic.md has the format.
  class Rule
    NAME = /\A[a-z0-9][a-z0-9_-]{0,31}\z/.freeze
    WEBHOOK = %r{\A(?:https://[^\s/?#@]+|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?)(?:[/?]\S*)?\z}.freeze
    APP = /\A[a-z0-9-]{1,64}\z/.freeze
    COOLDOWN_SECONDS = 3600
    DAILY_LIMIT = 4

    attr_reader :name, :trigger, :trace_seconds, :redact, :cooldown_seconds, :daily_limit, :webhook_url, :webhook_app

    # The rules from config vars.
    def self.from_environment(configuration)
      vars = {
        'memory' => ['HEAPDUMP_ON_MEMORY', 'above'], 'growth' => ['HEAPDUMP_ON_GROWTH', 'perHour'], 'schedule' => ['HEAPDUMP_SCHEDULE', nil]
      }
      vars.map do |type, (name, field)|
        text = configuration.rule_text(name)
        next unless text

        trigger = field ? {field => text} : {(text.include?(':') ? 'at' : 'every') => text}
        parse({'name' => type, 'trigger' => trigger.merge('type' => type), 'limits' => configuration.rule_limits}) ||
          Log.once(name.to_sym, "cannot parse #{name}: ignoring this rule") && nil
      end.compact
    end

    # rule: as in the bucket. → nil for a rule that this version does not understand: it is ignored, not guessed at.
    def self.parse(rule)
      return nil unless rule.is_a?(Hash) && rule['name'].to_s.match?(NAME) && rule['trigger'].is_a?(Hash)

      trigger = Triggers.parse(rule['trigger'])
      trigger && new(rule, trigger)
    end

    def initialize(rule, trigger)
      @name = rule['name']
      @trigger = trigger
      @dynos = Array(rule['dynos'])
      limits = rule['limits'].is_a?(Hash) ? rule['limits'] : {}
      @cooldown_seconds = Units.seconds(limits['cooldown']) || (trigger.scheduled? ? 0 : COOLDOWN_SECONDS)
      @daily_limit = Integer(limits['perDay'].to_s, 10, exception: false) || (trigger.scheduled? ? trigger.times_a_day : DAILY_LIMIT)
      @trace_seconds = [Units.seconds(rule['trace']) || 0, 3600].min
      @redact = rule['redact'] == false ? false : nil
      read_webhook(rule['webhook'])
    end

    # How far back its dumps count.
    def memory_seconds
      [86_400 + @cooldown_seconds, trigger.scheduled? ? trigger.every : 0].max
    end

    def for?(dyno)
      @dynos.empty? || @dynos.include?(dyno)
    end

    # times: Unix seconds of this rule's dumps of this dyno. → why it may not dump now, or nil
    def limit(times, now)
      today = times.count { |time| time > now - 86_400 }
      return "it has reached its limit (#{@daily_limit} in 24 hours)" if @daily_limit.positive? && today >= @daily_limit
      return nil unless times.any? && times.max + @cooldown_seconds > now

      "its last dump was #{now - times.max} s ago, and its cooldown is #{@cooldown_seconds} s"
    end

    private

    # Signed with the rules, so nobody else has chosen the URL. Over http only to this machine.
    def read_webhook(webhook)
      return unless webhook.is_a?(Hash)
      return Log.once([:webhook, name], "rule #{name}: its webhook is not an https:// URL: ignored") unless webhook['url'].to_s.match?(WEBHOOK)

      @webhook_url = webhook['url']
      @webhook_app = webhook['app'].to_s[APP]
    end
  end
end
