# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # Tells whether a busy dyno keeps the CPU from a dump that runs in spare time only. Its child must not live long,
  # because it shares memory with the app.
  class Starvation
    WINDOW_SECONDS = 10
    LEAST_CPU = 0.1 # of a core; in an idle dyno, the child gets half of one
    WAITING = 0.5 # of the time: the child wants to run, and does not wait for the uploader

    # Whether this kernel counts how long a process waited for a core.
    def self.measurable?
      File.readable?('/proc/self/schedstat')
    end

    def initialize(child, now = Clock.now)
      @child = child
      @at = now
      @before = reading
    end

    # Call this every few seconds while the child runs.
    def found?(now = Clock.now)
      seconds = now - @at
      return false if seconds < WINDOW_SECONDS

      before = @before
      @at = now
      @before = reading
      return false unless before && @before

      ran, waited = @before.zip(before).map { |later, earlier| later - earlier }
      ran < seconds * LEAST_CPU && waited > seconds * WAITING
    end

    private

    # For how many seconds the child ran, and waited for a core; nil: it has ended.
    def reading
      File.read("/proc/#{@child}/schedstat").split.first(2).map { |nanoseconds| nanoseconds.to_i / 1e9 }
    rescue SystemCallError
      nil
    end
  end
end
