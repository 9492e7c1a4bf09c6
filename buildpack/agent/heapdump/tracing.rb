# frozen_string_literal: true

module Heapdump
  # Allocation tracing costs more than half of an app's speed, so it is on for a window only, and its end is kept here: whoever asked
  # for it may be gone. With HEAPDUMP_TRACE=boot it is always on, and nothing here touches it.
  class Tracing
    # The processes of a dyno dump one after the other, each traced until its turn; if nobody comes for so long, it is over.
    PATIENCE_SECONDS = 900

    def initialize(from_boot)
      @from_boot = from_boot
      @ends_at = nil
      @seconds = 0
      @mutex = Mutex.new
    end

    # The fact `traced`.
    def fact
      @from_boot ? 'boot' : @seconds
    end

    def open(seconds, ends_at)
      return if @from_boot

      require 'objspace'
      @mutex.synchronize do
        ObjectSpace.trace_object_allocations_start unless @ends_at
        @ends_at = ends_at
        @seconds = seconds
      end
    end

    # Speed is back at once. What was recorded stays, for the child that is dumping.
    def stop
      @mutex.synchronize do
        ObjectSpace.trace_object_allocations_stop if @ends_at
        @ends_at = nil
      end
    end

    # Memory is back. Not while a child dumps: freeing the table would copy every page of it.
    def clear
      @mutex.synchronize do
        ObjectSpace.trace_object_allocations_clear if @seconds.positive? && !@ends_at
        @seconds = 0 unless @ends_at
      end
    end

    def expire(now = Time.now.to_i)
      ends_at = @ends_at
      return unless ends_at && now > ends_at + PATIENCE_SECONDS

      stop
      clear
    end
  end
end
