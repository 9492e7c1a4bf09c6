# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # No garbage collection of the app's while a child shares its memory: a collection writes to most of the heap's pages, each of which the
  # kernel then has to copy. Measured at 480 MB: 40,000 pages, and requests that waited for 0.4 to 1.3 s; without it none waited longer than
  # ever. The app grows instead, by what it throws away in those seconds, and Ruby gives little of that back to the system; so when it is more than
  # an eighth, collections are on again.
  module GcPause
    LEAST_GROWTH = 8 << 20
    SHARE = 8
    WAIT_SECONDS = 2
    STEP_SECONDS = 0.01
    SMALL_SLOTS = 400_000 # finished in 10 ms, whatever the collector is doing
    PAGE = 4096

    class << self
      # Switching collections off in the middle of one finishes that first, in one go: 0.3 s at 500 MB. Between them it costs nothing.
      # So: waits a while for such a moment. (What is left to sweep of the last collection is little work for each allocation, and hurts less.)
      def wait_for_rest
        deadline = Clock.now + WAIT_SECONDS
        sleep(STEP_SECONDS) until at_rest? || Clock.now > deadline
      end

      # Once it is possible, unless it has been on for too long. Call again and again.
      def attend
        return if @over
        return stop if @paused && resident > @limit
        return if @paused || !at_rest?

        rss = resident
        @limit = rss + [rss / SHARE, LEAST_GROWTH].max
        # Who has switched it off already, wants it off.
        @over = GC.disable
        @paused = !@over
      end

      def stop
        GC.enable if @paused
        @paused = false
        @over = true
      end

      # For the next dump; and in a forked child, whose collections are its own.
      def reset
        stop
        @over = false
      end

      private

      def at_rest?
        GC.latest_gc_info(:state) == :none || GC.stat(:heap_available_slots) <= SMALL_SLOTS
      end

      # Bytes. Where there is no /proc, nothing grows.
      def resident
        File.read('/proc/self/statm').split[1].to_i * PAGE
      rescue SystemCallError
        0
      end
    end
  end
end
