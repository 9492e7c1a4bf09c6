# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # Interrupts blocks that take too long. The agent's own thread checks several times a second. Timeout would need
  # another thread, and the kernel may refuse one exactly when a block hangs.
  module Watchdog
    @watched = {}.compare_by_identity
    @mutex = Mutex.new

    class << self
      # Raises the error in the calling thread if the block has not finished in time, to within a tick of the agent.
      def within(seconds, error)
        thread = Thread.current
        @mutex.synchronize { @watched[thread] = [Clock.now + seconds, error] }
        yield
      ensure
        @mutex.synchronize { @watched.delete(thread) }
      end

      def look
        return if @watched.empty?

        @mutex.synchronize do
          @watched.delete_if { |thread, (deadline, error)| Clock.now > deadline && (thread.raise(error) || true) }
        end
      end
    end
  end
end
