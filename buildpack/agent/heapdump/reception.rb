# frozen_string_literal: true

require_relative 'conversation'
require_relative 'envelope'
require_relative 'limits'
require_relative 'request'
require_relative 'roll_call'

module Heapdump
  # What comes in on the channel, and what becomes of it: nothing (with one line in the log for each kind), the answer it had before,
  # a refusal, or a conversation.
  class Reception
    def initialize(rendezvous, configuration, envelope, listener, ledger)
      @rendezvous = rendezvous
      @configuration = configuration
      @envelope = envelope
      @listener = listener
      @ledger = ledger
    end

    def receive(payload, channel)
      request = Request.read(@envelope.open(channel, payload.to_s), dyno: @configuration.dyno)
      take(request)
    rescue Envelope::Rejected => error
      Log.once([:payload, error.kind], "ignored a payload on #{channel}: #{error.message}")
      explain(error)
    rescue StandardError => error
      Log.once(:reception, "a request could not be taken: #{error.class}: #{error.message}")
      refuse(request, 'internal', "#{error.class}: #{error.message}".scrub[0, 500]) if request
    end

    # A request that the leader before us did not bring to its end.
    def resume
      current = @ledger.current
      start(Request.new(current['request']), &:resume) if current
    end

    def busy?
      @conversation&.alive?
    end

    private

    # Who signed it can be told why nothing will come of it: he is another version of ourselves.
    def explain(error)
      case error
      when Request::Unsupported
        refuse(error.request, 'unsupported', "the agent of this dyno (#{VERSION}) does not know #{error.request.type[0, 40]}")
      when Envelope::OtherVersion
        request = Request.new(error.said.merge('type' => 'dump', 'traceSeconds' => 0))
        return unless request.valid? && request.for?(@configuration.dyno) && request.fresh?(Time.now.to_i)

        refuse(request, 'version', "the agent of this dyno (#{VERSION}) speaks version #{Envelope::VERSION} of the protocol and no other")
      end
    end

    def take(request)
      answer = @ledger.answer(request.id)
      return @listener.post(answer) if answer

      unknown = request.unknown_needs
      return refuse(request, 'unsupported', "the agent of this dyno (#{VERSION}) has no #{unknown.join(', ')}") unless unknown.empty?

      request.type == 'dump' ? take_dump(request) : call_roll(request)
    rescue ThreadError => error
      refuse(request, 'no_fork', error.message)
    end

    def take_dump(request)
      if request.redact == false && @configuration.redacts_always?
        return refuse(request, 'must_redact', 'HEAPDUMP_REDACT=always: no dump leaves this dyno with its values')
      end

      return refuse(request, 'busy', 'another dump of this dyno is under way') if busy?

      missing = @configuration.missing_for_storage
      return refuse(request, 'misconfigured', "the dyno's environment lacks #{missing.join(', ')}") unless missing.empty?

      code, reason = Limits.refusal(request, @ledger, @configuration)
      return refuse(request, code, reason) if code

      start(request, &:begin)
    end

    # Processes may take their time, and the listener has none. One call at a time: who is not answered asks again.
    def call_roll(request)
      return if @roll_call&.alive?
      return refuse(request, 'busy', 'a dump of this dyno is under way') if busy? && request.type != 'status'

      @roll_call = in_thread('heapdump roll call') do
        processes = RollCall.new(@rendezvous).call(order_for(request))
        event = Conversation.event(request, 'status', 'agent' => VERSION, 'ruby' => RUBY_VERSION, 'busy' => busy? ? true : false, 'processes' => processes)
        # What changes something is not to be done twice.
        @ledger.remember(request, event) unless request.type == 'status'
        @listener.post(event)
      end
    end

    def order_for(request)
      case request.type
      when 'status' then {'order' => 'status'}
      when 'trace_stop' then {'order' => 'untrace'}
      when 'trace_start'
        {'order' => 'trace', 'seconds' => request.trace_seconds, 'until' => Time.now.to_i + request.trace_seconds, 'dumpFollows' => false}
      end
    end

    def start(request, &work)
      conversation = Conversation.new(request, @rendezvous, @listener, @ledger, @configuration.redact?(request.redact))
      @conversation = in_thread('heapdump conversation') { work.call(conversation) }
    end

    def in_thread(name)
      thread = Thread.new do
        yield
      rescue StandardError => error
        Log.once(name.to_sym, "#{name}: #{error.class}: #{error.message}")
      end
      thread.name = name
      thread.report_on_exception = false
      thread.thread_variable_set(:fork_safe, true)
      thread
    end

    def refuse(request, code, message)
      event = Conversation.event(request, 'failed', 'pid' => nil, 'code' => code, 'message' => message)
      @ledger.remember(request, event)
      @listener.post(event)
    end
  end
end
