# frozen_string_literal: true

module Heapdump
  # For durations and deadlines: the wall clock can jump.
  module Clock
    # Seconds since an arbitrary point in time.
    def self.now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
