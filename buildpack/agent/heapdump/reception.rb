# frozen_string_literal: true

require_relative 'conversation'
require_relative 'envelope'
require_relative 'limits'
require_relative 'request'
require_relative 'roll_call'
require_relative 'worker'

module Heapdump
  # What comes in on the channel, and what becomes of it: nothing (with one line in the log for each kind), the answer it had before,
  # a refusal, or a conversation.
  class Reception
    # Who knows the rules of automatic dumps.
    attr_writer :watch

    def initialize(rendezvous, configuration, envelope, listener, ledger)
      @rendezvous = rendezvous
      @configuration = configuration
      @envelope = envelope
      @listener = listener
      @ledger = ledger
      @mutex = Mutex.new # requests come from the listener and from the rules
      @conversations = @roll_calls = @taken_id = @watch = nil
    end

    # Before anything else.
    def open
      @conversations = Worker.new('heapdump conversation')
      @roll_calls = Worker.new('heapdump roll call')
    end

    # After what is under way.
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
      Log.once(:reception, "a request could not be taken: #{Log.describe(error)}")
      refuse(request, 'internal', Log.describe(error)) if request
    end

    # A request that the leader before us did not bring to its end.
    def resume
      current = @ledger.current
      start(Request.new(current['request']), &:resume) if current
    end

    # A dump that a rule asks for: what a person is told, the log is told.
    def dump_by(rule)
      request = Request.new(
        'type' => 'dump', 'id' => Array.new(12) { rand(36).to_s(36) }.join, 'dyno' => @configuration.dyno, 'at' => Time.now.to_i,
        'traceSeconds' => rule.trace_seconds, 'redact' => rule.redact, 'by' => rule.name
      )
      @mutex.synchronize { take_dump(request) }
    end

    def busy?
      @conversations.busy?
    end

    private

    # Who signed it can be told why nothing will come of it: he is another version of ourselves.
    def explain(error)
      case error
      when Request::Unsupported
        refuse(error.request, 'unsupported', "the agent of this dyno (#{VERSION}) does not know #{error.request.type[0, 40]}")
      when Envelope::OtherVersion
        request = Request.new(error.said.merge('type' => 'dump', 'traceSeconds' => 0))
        return unless request.valid? && request.for?(@configuration.dyno, @configuration.shared_name) && request.fresh?(Time.now.to_i)

        refuse(request, 'version', "the agent of this dyno (#{VERSION}) speaks version #{Envelope::VERSION} of the protocol and no other")
      end
    end

    def take(request)
      answer = @ledger.answer(request.id)
      return @listener.post(answer) if answer

      unknown = request.unknown_needs
      return refuse(request, 'unsupported', "the agent of this dyno (#{VERSION}) has no #{unknown.join(', ')}") unless unknown.empty?

      @mutex.synchronize { request.type == 'dump' ? take_dump(request) : call_roll(request) }
    rescue ThreadError => error
      refuse(request, 'no_fork', error.message)
    end

    def take_dump(request)
      if request.redact == false && @configuration.redacts_always?
        return refuse(request, 'must_redact', 'HEAPDUMP_REDACT=always: no dump leaves this dyno with its values')
      end

      # Said again before its `accepted` was remembered: what waited in the network arrives all at once.
      return if busy? && @taken_id == request.id
      return refuse(request, 'busy', 'another dump of this dyno is under way') if busy?

      missing = @configuration.missing_for_storage
      return refuse(request, 'misconfigured', "the dyno's environment lacks #{missing.join(', ')}") unless missing.empty?

      code, reason = Limits.refusal(request, @ledger, @configuration)
      return refuse(request, code, reason) if code

      start(request, &:begin)
    end

    # Processes may take their time, and the listener has none. One call at a time: who is not answered asks again.
    def call_roll(request)
      return if @roll_calls.busy?
      return refuse(request, 'busy', 'a dump of this dyno is under way') if busy? && request.type.start_with?('trace')

      @roll_calls.perform do
        @watch.reload if request.type == 'rules'
        processes = RollCall.new(@rendezvous).call(order_for(request))
        event = Conversation.event(request, 'status', 'agent' => VERSION, 'ruby' => RUBY_VERSION, 'busy' => busy?,
                                                         'rules' => @watch.names, 'processes' => processes, 'vendored' => VENDORED)
        # What changes something is not to be done twice.
        @ledger.remember(request, event) if request.type.start_with?('trace')
        @listener.post(event)
      end
    end

    def order_for(request)
      case request.type
      when 'status', 'rules' then {'order' => 'status'}
      when 'trace_stop' then {'order' => 'untrace'}
      when 'trace_start'
        {'order' => 'trace', 'seconds' => request.trace_seconds, 'until' => Time.now.to_i + request.trace_seconds, 'dumpFollows' => false}
      end
    end

    def start(request, &work)
      @taken_id = request.id
      conversation = Conversation.new(request, @rendezvous, speaker(request), @ledger, @configuration.redact?(request.redact))
      @conversations.perform { work.call(conversation) }
    end

    def speaker(request)
      request.by ? RuleLog : @listener
    end

    def refuse(request, code, message)
      event = Conversation.event(request, 'failed', 'pid' => nil, 'code' => code, 'message' => message)
      @ledger.remember(request, event) unless request.by
      speaker(request).post(event)
    end

    # Nobody listens to what a rule's dump says: the log has its end.
    module RuleLog
      class << self
        def post(event)
          case event['type']
          when 'finished' then Log.line("dumped process #{event['pid']} into #{event['key']}")
          when 'failed' then Log.line("no dump#{event['pid'] && " of process #{event['pid']}"}: #{event['message']}")
          end
        end
      end
    end
  end
end
