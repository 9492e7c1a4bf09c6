# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # No garbage collection of the app's while a child shares its memory. A collection writes to the description of every page of Ruby's heap, all
  # in one go, and the kernel has to copy the memory that it is in (counted with Ruby 3.1 at 640 MB: 15,000 to 20,000 pages of 4 KB, and requests
  # that waited for 1 to 2 s; Ruby 3.3 has a quarter of them). The app grows instead, by what it throws away in those seconds, and Ruby gives
  # little of that back to the system; so when it is more than a sixth, collections are on again.
  module GcPause
    LEAST_GROWTH = 8 << 20
    SHARE = 6
    WAIT_SECONDS = 2
    LONGEST_WAIT_SECONDS = 10
    STEP_SECONDS = 0.01
    SMALL_SLOTS = 400_000 # finished in 10 ms, whatever the collector is doing
    PAGE = 4096

    @limit = 0
    @over = @paused = false

    class << self
      # Switching collections off in the middle of one finishes that first, in one go: 0.3 s at 500 MB. Between them it costs nothing.
      # So: waits a while for such a moment, and longer for the end of marking (0.6 s at 50 requests a second).
      def wait_for_rest
        began = Clock.now
        until at_rest? || (waited = Clock.now - began) > LONGEST_WAIT_SECONDS
          break if waited > WAIT_SECONDS && sweeping?

          sleep(STEP_SECONDS)
        end
      end

      # Just before the fork. An app that makes much garbage sweeps nearly always; then what is left of that is done at once, since no page
      # costs anything yet: as much as a minor collection, 10 to 30 ms.
      def start
        pause if at_rest? || sweeping?
      end

      # Once it is possible, unless it has been on for too long. Call again and again.
      def attend
        return if @over
        return stop if @paused && resident > @limit

        pause if !@paused && at_rest?
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

      def pause
        rss = resident
        @limit = rss + [rss / SHARE, LEAST_GROWTH].max
        # Who has switched it off already, wants it off.
        @over = GC.disable
        @paused = !@over
      end

      def at_rest?
        GC.latest_gc_info(:state) == :none || GC.stat(:heap_available_slots) <= SMALL_SLOTS
      end

      def sweeping?
        GC.latest_gc_info(:state) == :sweeping
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
