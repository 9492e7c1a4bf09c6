# frozen_string_literal: true

require 'time'
require_relative 'bucket_errand'
require_relative 'envelope'
require_relative 'memory_check'
require_relative 'own_thread'
require_relative 'rule'
require_relative 'webhooks'

module Heapdump
  # Automatic dumps: samples the dyno's memory, evaluates the rules, and has the reception make a dump when a rule
  # fires. Rules come from config vars and from the bucket, where heapdump:schedule:add writes them: changing a config
  # var would restart the dyno.
  #
  # A rule's past dumps are read from the keys in the bucket, so its limits survive restarts of listener and dyno.
  class Watch
    RULES_KEY = 'heapdump/rules.json'
    REREAD_SECONDS = 3600
    # How much memory past dumps may account for in all processes of a dyno together (docs/safety.md). Growth beyond
    # that counts as the app's.
    LEFT_BYTES = 10_000_000
    LEFT_SHARE = 0.05

    def initialize(rendezvous, configuration, envelope, reception, ledger)
      @rendezvous = rendezvous
      @configuration = configuration
      @envelope = envelope
      @reception = reception
      @ledger = ledger
      @webhooks = Webhooks.new(configuration.secret)
      @reasons = {}
      @memory_check = MemoryCheck.new(quota: configuration.memory_quota)
      @mutex = Mutex.new
      @rules = @thread = nil
      @stored = []
      @last = {}
      @left = 0
      @used = nil
      @dumped = false
    end

    def start
      @thread = OwnThread.start('heapdump watch') { run }
    end

    def stop
      @thread&.kill
    end

    # → names of the rules that apply to this dyno.
    def reload
      @mutex.synchronize do
        @read_at = now
        @rules = (Rule.from_environment(@configuration) + stored_rules).select { |rule| rule.for?(@configuration.dyno) }
        @rules.each { |rule| recall(rule) unless @last.key?(rule.name) }
      end
      names
    end

    def names
      (@rules || []).map(&:name)
    end

    # After a dump by a rule. events: `finished` and `failed`.
    def dumped(rule_name, events)
      rule = (@rules || []).find { |one| one.name == rule_name }
      return unless rule&.webhook_url

      dumps, failures = events.partition { |event| event['type'] == 'finished' }
      @webhooks.post(rule, 'dyno' => @configuration.dyno, 'release' => @configuration.release,
                           'reason' => @reasons.fetch(rule.name, 'a rule has fired'),
                           'dumps' => dumps.map { |event| event['key'] }, 'failed' => failures.map { |event| event['code'] })
    end

    private

    def run
      loop do
        sleep(@configuration.sample_seconds)
        @webhooks.reap
        tick
      rescue StandardError => error
        Log.once(:watch, "cannot evaluate the rules for automatic dumps: #{Log.describe(error)}")
      end
    end

    def tick
      reload if @rules.nil? || now > @read_at + REREAD_SECONDS
      return if @rules.empty?

      sample = take_sample
      return unless sample

      @mutex.synchronize { @rules.dup }.each do |rule|
        reason = rule.trigger.due(sample, last_at(rule))
        act(rule, reason) if reason
      end
    end

    # The app's memory without our dumps': no sample while a dump is in progress, and afterwards without what it left.
    #
    # Uses the cgroup's own count where there is a limit, because it counts each page once.
    def take_sample
      @dumped ||= @reception.busy?
      return if @reception.busy?

      ceiling = @memory_check.cgroup || @memory_check.quota
      used = ceiling ? ceiling.used : @rendezvous.members.sum(&:rss_bytes)
      note_left(used) if @dumped && @used
      @dumped = false
      @used = used
      {at: now, used: used - @left, limit: ceiling&.limit, process_type: @configuration.process_type}
    end

    def note_left(used)
      @left = [@left + [used - @used, 0].max, [LEFT_BYTES, used * LEFT_SHARE].max.to_i].min
    end

    def act(rule, reason)
      return if @reception.busy?

      times = history(rule)
      limit = rule.limit(times, now)
      return Log.once([:limit, rule.name], "rule #{rule.name}: #{reason}, but #{limit}") if limit

      # Whether or not it gets stored: a dump that cannot be stored is not retried at once.
      remember(rule, times + [now])
      @reasons[rule.name] = reason
      Log.line("rule #{rule.name}: #{reason}: dumping #{@configuration.dyno}")
      @reception.dump_by(rule)
    end

    # A schedule continues where the previous dyno stopped; other rules read the bucket only when they are about to act.
    def recall(rule)
      remember(rule, [])
      remember(rule, history(rule)) if rule.trigger.scheduled?
    end

    def last_at(rule)
      @last[rule.name].max
    end

    # From the bucket and from this process's memory: the credentials may not allow listing.
    def history(rule)
      stored = BucketErrand.list(@configuration, Time.at(now - rule.memory_seconds)).map { |key| time_of(key, rule) }.compact
      (stored + @last[rule.name]).uniq
    rescue BucketErrand::Failed => error
      Log.once(:history, "cannot read earlier dumps of the rules from the bucket: #{error.message}")
      @last[rule.name]
    end

    def time_of(key, rule)
      match = %r{\Aheapdump/v1/(\d{8}T\d{6}Z)-(.+)-\d+-[a-z0-9]+,(.*)\.facts\z}.match(key)
      return nil unless match && match[2] == @configuration.dyno && match[3].split(',').include?("by=#{rule.name}")

      time = Time.strptime("#{match[1]} +0000", '%Y%m%dT%H%M%SZ %z').to_i
      # Ignore a time in the future, which would block the rule until then.
      time if time <= now
    rescue ArgumentError
      nil # not a date
    end

    def remember(rule, times)
      @last[rule.name] = times
    end

    def stored_rules
      return [] unless @configuration.missing_for_storage.empty?

      text = BucketErrand.read(@configuration, RULES_KEY)
      return @stored = [] unless text

      @stored = newest(@envelope.open(RULES_KEY, text)) || @stored
    rescue BucketErrand::Failed, Envelope::Rejected, NoMethodError, TypeError => error
      Log.once(:rules, "cannot read the rules in the bucket: #{Log.describe(error)}")
      @stored # keep the rules when the bucket does not answer or its rules are not signed
    end

    # → nil if newer rules were read before: anyone who can write to the bucket can restore an old signed document.
    def newest(document)
      return document['rules'].map { |rule| Rule.parse(rule) }.compact if @ledger.newest_rules?(document['at'].to_i)

      Log.once(:old_rules, 'ignored the rules in the bucket: they are older than the current ones')
      nil
    end

    def now
      Time.now.to_i
    end
  end
end
