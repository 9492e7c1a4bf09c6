# frozen_string_literal: true

require_relative 'conversation'
require_relative 'envelope'
require_relative 'limits'
require_relative 'request'

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
      @channel = Envelope.channel_of(configuration.dyno)
    end

    def receive(payload)
      request = Request.read(@envelope.open(@channel, payload.to_s), dyno: @configuration.dyno)
      take(request)
    rescue Envelope::Rejected => error
      Log.once([:payload, error.kind], "ignored a payload on #{@channel}: #{error.message}")
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

    def take(request)
      answer = @ledger.answer(request.id)
      return @listener.post(answer) if answer
      unknown = request.unknown_needs
      return refuse(request, 'unsupported', "this agent (#{VERSION}) has no #{unknown.join(', ')}") unless unknown.empty?
      if request.redact == false && @configuration.redacts_always?
        return refuse(request, 'must_redact', 'HEAPDUMP_REDACT=always: no dump leaves this dyno with its values')
      end

      return refuse(request, 'busy', 'another dump of this dyno is under way') if busy?

      missing = @configuration.missing_for_storage
      return refuse(request, 'misconfigured', "the dyno's environment lacks #{missing.join(', ')}") unless missing.empty?

      code, reason = Limits.refusal(request, @ledger, @configuration)
      return refuse(request, code, reason) if code

      start(request, &:begin)
    rescue ThreadError => error
      refuse(request, 'no_fork', error.message)
    end

    def start(request, &work)
      conversation = Conversation.new(request, @rendezvous, @listener, @ledger, @configuration.redact?(request.redact))
      @conversation = Thread.new { work.call(conversation) }
      @conversation.name = 'heapdump conversation'
      @conversation.report_on_exception = false
      @conversation.thread_variable_set(:fork_safe, true)
    end

    def refuse(request, code, message)
      event = Conversation.event(request, 'failed', 'pid' => nil, 'code' => code, 'message' => message)
      @ledger.remember(request, event)
      @listener.post(event)
    end
  end
end
