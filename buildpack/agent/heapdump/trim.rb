# frozen_string_literal: true

require_relative 'allocator'
require_relative 'clock'
require_relative 'freed_memory'
require_relative 'log'
require_relative 'process_entry'

module Heapdump
  # Returns what this process's allocator holds free, because someone asked for it, and measures what that does: another
  # thread of the process allocates every millisecond meanwhile, and notes its longest wait. It includes waiting for the
  # GVL, since a thread that waits for an arena may hold it.
  class Trim
    NOTHING = {'allocator' => nil, 'refused' => nil, 'beforeBytes' => nil, 'afterBytes' => nil, 'seconds' => nil, 'stallMs' => nil}.freeze
    STEP_SECONDS = 0.001
    BLOCK_BYTES = 4096
    PATIENCE_SECONDS = 55

    def self.refused(reason, allocator = nil)
      NOTHING.merge('allocator' => allocator, 'refused' => reason)
    end

    # worker: the Worker that trims while this thread measures.
    def initialize(worker)
      @worker = worker
      @entry = ProcessEntry.new(Process.pid)
    end

    # → the fields of NOTHING
    def call
      allocator = Allocator.name
      return self.class.refused('other_allocator', allocator) unless allocator == 'glibc'

      measure
    rescue LoadError
      self.class.refused('no_fiddle')
    rescue StandardError, ScriptError => error
      # This is the agent's own thread, which must go on.
      Log.once(:trim, "cannot trim: #{Log.describe(error)}")
      self.class.refused('failed')
    end

    private

    def measure
      before = @entry.rss_bytes
      result = Queue.new
      started = Clock.now
      @worker.perform { result << [FreedMemory.give_back, Clock.now - started] }
      stall = longest_wait(result, started)
      return self.class.refused('no_answer', 'glibc') unless stall

      trimmed, seconds = result.pop
      return self.class.refused('failed', 'glibc') unless trimmed

      NOTHING.merge('allocator' => 'glibc', 'beforeBytes' => before, 'afterBytes' => @entry.rss_bytes,
                    'seconds' => seconds.round(3), 'stallMs' => (stall * 1000).round(1))
    end

    # → seconds, or nil if it takes too long
    def longest_wait(result, started)
      longest = 0
      last = started
      while result.empty?
        String.new(capacity: BLOCK_BYTES)
        sleep(STEP_SECONDS)
        now = Clock.now
        longest = [longest, now - last - STEP_SECONDS].max
        last = now
        return nil if now - started > PATIENCE_SECONDS
      end
      longest
    end
  end
end
