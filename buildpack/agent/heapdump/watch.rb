# frozen_string_literal: true

require 'time'
require_relative 'bucket_errand'
require_relative 'envelope'
require_relative 'own_thread'
require_relative 'room'
require_relative 'rule'

module Heapdump
  # Dumps that nobody asked for: samples the dyno's memory, asks the rules, and has the reception make a dump when one says so. Rules come
  # from config vars and from the bucket, where heapdump:schedule writes them: changing a config var would restart the dyno.
  #
  # What a rule has done is read from the names of the dumps in the bucket: its limits hold across restarts of listener and dyno.
  class Watch
    RULES_KEY = 'heapdump/rules.json'
    REREAD_SECONDS = 3600
    # What dumps may leave in the processes of a dyno, all of them together (docs/safety.md): no more than that is taken
    # for theirs.
    LEFT_BYTES = 10_000_000
    LEFT_SHARE = 0.05

    def initialize(rendezvous, configuration, envelope, reception, ledger)
      @rendezvous = rendezvous
      @configuration = configuration
      @envelope = envelope
      @reception = reception
      @ledger = ledger
      @room = Room.new(quota: configuration.memory_quota)
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

    # → names of the rules that hold here.
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

    private

    def run
      loop do
        sleep(@configuration.sample_seconds)
        tick
      rescue StandardError => error
        Log.once(:watch, "the rules were not looked at: #{Log.describe(error)}")
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

    # Of the app, not of our dumps: none while one is under way, and then without what that has left.
    #
    # The cgroup's own count where there is a limit, since it counts each page once.
    def take_sample
      @dumped ||= @reception.busy?
      return if @reception.busy?

      ceiling = @room.cgroup || @room.quota
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

      # Whether or not it is stored: what can not be stored is not tried again at once.
      remember(rule, times + [now])
      Log.line("rule #{rule.name}: #{reason}: dumping #{@configuration.dyno}")
      @reception.dump_by(rule)
    end

    # A schedule goes on where the dyno before this one was; the others ask only when they are about to act.
    def recall(rule)
      remember(rule, [])
      remember(rule, history(rule)) if rule.trigger.scheduled?
    end

    def last_at(rule)
      @last[rule.name].max
    end

    # What is in the bucket and what this process knows: S3 may not be ours to list.
    def history(rule)
      stored = BucketErrand.list(@configuration, Time.at(now - rule.memory_seconds)).map { |key| time_of(key, rule) }.compact
      (stored + @last[rule.name]).uniq
    rescue BucketErrand::Failed => error
      Log.once(:history, "what the rules did before is unknown: #{error.message}")
      @last[rule.name]
    end

    def time_of(key, rule)
      match = %r{\Aheapdump/v1/(\d{8}T\d{6}Z)-(.+)-\d+-[a-z0-9]+,(.*)\.facts\z}.match(key)
      return nil unless match && match[2] == @configuration.dyno && match[3].split(',').include?("by=#{rule.name}")

      time = Time.strptime("#{match[1]} +0000", '%Y%m%dT%H%M%SZ %z').to_i
      # Nobody has dumped in the future: it would keep the rule from its dumps until then.
      time if time <= now
    rescue ArgumentError
      nil # no date
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
      Log.once(:rules, "the rules in the bucket can not be read: #{Log.describe(error)}")
      @stored # a bucket that does not answer takes no rule away, and nor does what nobody has signed
    end

    # nil: newer ones were read before. Whoever can write to the bucket can put back what was signed once.
    def newest(document)
      return document['rules'].map { |rule| Rule.parse(rule) }.compact if @ledger.newest_rules?(document['at'].to_i)

      Log.once(:old_rules, 'the rules in the bucket are older than those read before, which hold')
      nil
    end

    def now
      Time.now.to_i
    end
  end
end
