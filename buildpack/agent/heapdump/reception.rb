# frozen_string_literal: true

require_relative 'conversation'
require_relative 'envelope'
require_relative 'histories'
require_relative 'limits'
require_relative 'memory_check'
require_relative 'request'
require_relative 'roll_call'
require_relative 'selection'
require_relative 'tracing'
require_relative 'worker'

module Heapdump
  # Decides what happens to a payload from the channel: nothing (with one log line per kind), the same answer as before,
  # a refusal, or a conversation.
  class Reception
    # During a deploy or a restart, only the newest dyno of a name does these; all of them answer the other requests.
    OF_NEWEST = %w[dump trace_start trim].freeze
    LONGEST_STATUS = 7600 # bytes of JSON that leave space for signature and identity
    # Of the latest requests, for `attach`.
    MOST_CONVERSATIONS = 10
    CANCEL_SECONDS = 6
    AGENT = "the agent on this dyno (#{VERSION})"
    # Features that an earlier agent ignores.
    SUPPORTS = %w[webhook].freeze

    # The Watch, which knows the rules for automatic dumps.
    attr_writer :watch

    def initialize(rendezvous, configuration, envelope, listener, ledger)
      @rendezvous = rendezvous
      @configuration = configuration
      @envelope = envelope
      @listener = listener
      @ledger = ledger
      @mutex = Mutex.new # requests come from the listener and from the rules
      @latest = []
      @conversations = @roll_calls = @taken_id = @watch = nil
    end

    # Call this first.
    def open
      @conversations = Worker.new('heapdump conversation')
      @roll_calls = Worker.new('heapdump roll call')
    end

    # Takes effect after the work in progress.
    def close
      [@conversations, @roll_calls].compact.each(&:stop)
    end

    def receive(payload, channel)
      message = @envelope.open(channel, payload.to_s)
      request = Request.read(message, dyno: @configuration.dyno, shared_name: @configuration.shared_name, since: @ledger.since)
      take(request)
    rescue Envelope::Rejected => error
      Log.once([:payload, error.kind], "ignored a payload on #{channel}: #{error.message}")
      explain(error)
    rescue StandardError => error
      Log.once(:reception, "a request failed: #{Log.describe(error)}")
      refuse(request, 'internal', Log.describe(error)) if request
    end

    # Resumes a request that the previous leader did not finish.
    def resume
      current = @ledger.current
      start(Request.new(current['request']), &:resume) if current
    end

    # Makes a dump for a rule. The log gets what the CLI would print.
    def dump_by(rule)
      request = Request.new(
        'type' => 'dump', 'id' => Array.new(12) { rand(36).to_s(36) }.join, 'dyno' => @configuration.dyno, 'at' => Time.now.to_i,
        'traceSeconds' => trace_seconds_for(rule), 'redact' => rule.redact, 'by' => rule.name
      )
      @mutex.synchronize { take_dump(request) }
    end

    def busy?
      @conversations.busy?
    end

    private

    # The sender holds our secret, so it is another version of this product and gets a reason.
    def explain(error)
      case error
      when Request::Unsupported
        refuse(error.request, 'unsupported', "#{AGENT} does not know #{error.request.type[0, 40]}")
      when Envelope::OtherVersion
        request = Request.new(error.content.merge('type' => 'dump', 'traceSeconds' => 0))
        ours = request.valid? && request.for?(@configuration.dyno, @configuration.shared_name)
        return unless ours && request.fresh?(Time.now.to_i)

        refuse(request, 'version', "#{AGENT} only speaks protocol version #{Envelope::VERSION}")
      end
    end

    def take(request)
      answer = @ledger.answer(request.id)
      return @listener.post(answer) if answer
      return give_way(request) if OF_NEWEST.include?(request.type) && @listener.superseded?

      unknown = request.unknown_needs
      return refuse(request, 'unsupported', "#{AGENT} does not support #{unknown.join(', ')}") unless unknown.empty?
      obstacle = request.trace_seconds.positive? && Tracing.obstacle
      return refuse(request, 'no_tracing', obstacle) if obstacle

      @mutex.synchronize do
        case request.type
        when 'dump' then take_dump(request)
        when 'trim' then trim(request)
        when 'attach' then replay(request)
        else call_roll(request)
        end
      end
    rescue ThreadError => error
      refuse(request, 'no_fork', error.message)
    end

    def give_way(request)
      @listener.post(Conversation.event(request, 'yielded'))
    end

    def take_dump(request)
      if request.redact == false && @configuration.redacts_always?
        return refuse(request, 'must_redact', 'plain dumps are not allowed: HEAPDUMP_REDACT=always is set')
      end

      # A duplicate that arrived before `accepted` was saved: repeats delayed by the network arrive all at once.
      return if busy? && @taken_id == request.id
      return refuse(request, 'busy', 'another dump of this dyno is in progress') if busy?

      missing = @configuration.missing_for_storage
      return refuse(request, 'misconfigured', "not set on this dyno: #{missing.join(', ')}") unless missing.empty?

      nobody = Selection.refusal(request, @rendezvous.members)
      return refuse(request, 'no_process', nobody) if nobody

      code, reason = Limits.refusal(request, @ledger, @configuration)
      return refuse(request, code, reason) if code

      start(request, &:begin)
    end

    # Repeats the events of a dump, in answer to another request. The dump's later events go to its own channel as always.
    def replay(request)
      known = @latest.find { |conversation| conversation.id == request.request }
      return refuse(request, 'no_request', "#{AGENT} knows no recent request #{request.request}") unless known

      known.replay { |event| @listener.post(event.merge('id' => request.id)) }
    end

    # Answers at once, and when the dump has ended.
    def cancel(request, seen)
      current = @latest.last
      current = nil unless busy? && current && [nil, current.id].include?(request.request)
      current&.cancel
      answer(request, seen.merge('cancelled' => current && {'id' => current.id, 'ended' => false}))
      return unless current

      Log.line("the dump #{current.id} was cancelled on request")
      return unless current.over?(CANCEL_SECONDS)

      answer(request, seen.merge('cancelled' => {'id' => current.id, 'ended' => true}))
    end

    # In another thread, because a process may answer late and the listener must not wait. One call at a time: a sender
    # that gets no answer repeats its request.
    def call_roll(request)
      return if @roll_calls.busy?
      return refuse(request, 'busy', 'a dump of this dyno is in progress') if busy? && request.type.start_with?('trace')

      namesakes = @listener.namesakes
      @roll_calls.perform do
        @watch.reload if request.type == 'rules'
        seen = {'namesakes' => namesakes}
        request.type == 'cancel' ? cancel(request, seen) : answer(request, seen)
      end
    end

    # Takes as long as the processes need; the sender must not think that nobody is here.
    def trim(request)
      return if @roll_calls.busy?
      return refuse(request, 'busy', 'a dump of this dyno is in progress') if busy?

      @roll_calls.perform do
        processes = RollCall.new(@rendezvous).trim(request.pid) { @listener.post(Conversation.event(request, 'alive')) }
        next refuse(request, 'process_gone', "#{@configuration.dyno} has no process #{request.pid}") if processes.empty?

        event = Conversation.event(request, 'trimmed', 'agent' => VERSION, 'ruby' => RUBY_VERSION, 'processes' => processes)
        @ledger.remember(request, event)
        @listener.post(event)
      end
    end

    def answer(request, more)
      post_histories(request) if request.history?
      event = status(request, more)
      # A request that changes something must not run twice.
      @ledger.remember(request, event) if request.type.match?(/\A(trace|cancel)/)
      @listener.post(event)
    end

    # Before the status, so that a reader has them all when it arrives.
    def post_histories(request)
      pids = @rendezvous.members.first(RollCall::LONGEST).map(&:pid)
      Histories.new(@rendezvous).call(pids).each do |part|
        @listener.post(Conversation.event(request, 'history', 'processes' => part))
      end
    end

    def status(request, more)
      processes = RollCall.new(@rendezvous).call(order_for(request))
      event = Conversation.event(request, 'status', 'agent' => VERSION, 'ruby' => RUBY_VERSION, 'busy' => busy?,
                                                       'rules' => @watch.names, 'processes' => processes,
                                                       'vendored' => VENDORED, 'supports' => SUPPORTS)
      event.merge!(more)
      event.merge!(memory) if request.history?
      processes.pop while JSON.generate(event).bytesize > LONGEST_STATUS && processes.any?
      event
    end

    # The memory limit, if the dyno knows it, and how much of it all its processes use.
    def memory
      check = MemoryCheck.new(quota: @configuration.memory_quota)
      limit = check.limit
      {'limitBytes' => limit&.limit, 'usedBytes' => limit ? limit.used : check.used_by_processes}
    end

    # Nobody is there to choose when a rule fires: a dump without allocation sites is better than none.
    def trace_seconds_for(rule)
      obstacle = rule.trace_seconds.positive? && Tracing.obstacle
      return rule.trace_seconds unless obstacle

      Log.once([:tracing, rule.name], "rule #{rule.name}: dumping without tracing: #{obstacle}; update Ruby")
      0
    end

    def order_for(request)
      case request.type
      when 'status', 'rules', 'cancel' then {'order' => 'status'}
      when 'trace_stop' then {'order' => 'untrace'}
      when 'trace_start'
        {'order' => 'trace', 'seconds' => request.trace_seconds, 'until' => Time.now.to_i + request.trace_seconds, 'dumpFollows' => false}
      end
    end

    def start(request, &work)
      @taken_id = request.id
      conversation = Conversation.new(request, @rendezvous, speaker(request), @ledger, @configuration.redact?(request.redact))
      @latest = [*@latest, conversation].last(MOST_CONVERSATIONS)
      @conversations.perform { work.call(conversation) }
    end

    def speaker(request)
      request.by ? RuleLog.new(request.by, @watch) : @listener
    end

    def refuse(request, code, message)
      event = Conversation.event(request, 'failed', 'pid' => nil, 'code' => code, 'message' => message)
      @ledger.remember(request, event) unless request.by
      speaker(request).post(event)
    end

    # No CLI listens to a dump by rule, so its outcome goes to the log, and to the rule's webhook.
    class RuleLog
      def initialize(rule_name, watch)
        @rule_name = rule_name
        @watch = watch
        @events = []
      end

      def post(event)
        case event['type']
        when 'finished' then Log.line("dumped process #{event['pid']} to #{event['key']}")
        when 'failed'
          Log.line("the dump#{event['pid'] && " of process #{event['pid']}"} failed: #{event['message']}")
        end
        @events << event if %w[finished failed].include?(event['type'])
        @watch.dumped(@rule_name, @events) if event['type'] == 'done' || (event['type'] == 'failed' && event['pid'].nil?)
      end
    end
  end
end
