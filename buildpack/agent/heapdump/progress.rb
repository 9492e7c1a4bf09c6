# frozen_string_literal: true

module Heapdump
  # The events of a request that still matter, for someone who starts watching later.
  class Progress
    # Of one process. A second `dumping` starts over.
    STEPS = %w[dumping uploading finished failed].freeze

    # events: those that a previous leader has sent.
    def initialize(events = [])
      @mutex = Mutex.new
      @request = {}
      @processes = {}
      events.each { |event| note(event) }
    end

    # Notes an event and sends it, by the block. Nothing is replayed in between.
    def add(event)
      @mutex.synchronize do
        note(event)
        yield event
      end
    end

    # Yields the events in an order in which they could have happened.
    def replay(&block)
      @mutex.synchronize do
        opening, ending = @request.values.partition { |event| event['type'] != 'done' }
        [*opening, *@processes.values.flat_map(&:values), *ending].each(&block)
      end
    end

    private

    def note(event)
      type, pid = event.values_at('type', 'pid')
      return if type == 'alive'
      return @request[type] = event unless pid && STEPS.include?(type)

      @request.delete('tracing')
      @processes[pid] = {} if type == 'dumping' || !@processes.key?(pid)
      @processes[pid][type] = event
    end
  end
end
