# frozen_string_literal: true

module Heapdump
  # For durations and deadlines: the time of day may be set.
  module Clock
    # Seconds, from any moment on.
    def self.now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
