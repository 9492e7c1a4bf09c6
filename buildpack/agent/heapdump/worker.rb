# frozen_string_literal: true

require_relative 'log'
require_relative 'own_thread'

module Heapdump
  # A thread started before there is work for it, which runs one job after the other. A dyno at its process limit gets
  # no new thread when a dump is requested, and Ruby 3.3 hangs forever once it could not create one.
  class Worker
    def initialize(name)
      @name = name
      @work = Queue.new
      @mutex = Mutex.new
      @pieces = 0
      @thread = start_thread
    end

    # Queues the work. If it raises, the error is logged.
    def perform(&work)
      @thread = start_thread unless @thread.alive?
      count(1)
      @work << work
    end

    def busy?
      @pieces.positive? && @thread.alive?
    end

    # Takes effect after the queued work.
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
        work = nil # an idle thread must not hold on to finished work
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
