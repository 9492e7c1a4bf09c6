# frozen_string_literal: true

require_relative 'log'
require_relative 'own_thread'

module Heapdump
  # A thread that is there before there is work for it, and does one piece after the other. A dyno at its limit of
  # processes gets no new thread when a dump is wanted, and Ruby 3.3 stands still for good once it could not make one.
  class Worker
    def initialize(name)
      @name = name
      @work = Queue.new
      @mutex = Mutex.new
      @pieces = 0
      @thread = start_thread
    end

    # Done after what is under way. Work that raises ends with a line in the log.
    def perform(&work)
      @thread = start_thread unless @thread.alive?
      count(1)
      @work << work
    end

    def busy?
      @pieces.positive? && @thread.alive?
    end

    # After what is under way.
    def stop
      @work << nil
    end

    private

    def start_thread
      OwnThread.start(@name) { work }
    end

    def work
      while (work = @work.pop)
        carry_out(work)
        work = nil # an idle thread keeps nothing of what it did
      end
    end

    def carry_out(work)
      work.call
    rescue StandardError => error
      Log.once(@name.to_sym, "#{@name}: #{Log.describe(error)}")
    ensure
      count(-1)
    end

    def count(more)
      @mutex.synchronize { @pieces += more }
    end
  end
end
