# frozen_string_literal: true

require_relative 'memory_section'
require_relative 'watchdog'

module Heapdump
  # What the kernel knows about this process's memory, for the memory record: /proc/self/status, and /proc/self/smaps
  # with the sizes of each mapping. To be read before the fork: afterwards, every page is shared with the child.
  #
  # While the kernel counts a mapping's pages, a thread of the process that maps or unmaps memory waits. So the process
  # reads its own file: at nice 19, the uploader could lose its CPU in the middle of that. IO.copy_stream keeps the GVL
  # released from beginning to end, so this takes only one turn of a busy app.
  module OwnMappings
    SECONDS = 2
    # The file's size is 0, so copy_stream must not ask for it.
    MOST_BYTES = 1 << 30

    class << self
      # Never raises: a dump needs none of this.
      def tell(pipe)
        attempt(pipe, 'status') { MemorySection.write(pipe, 'status', File.binread('/proc/self/status')) }
        attempt(pipe, 'smaps') do
          File.open('/proc/self/smaps', 'rb') do |smaps|
            MemorySection.around(pipe, 'smaps') { IO.copy_stream(smaps, pipe, MOST_BYTES) }
          end
        end
      end

      private

      def attempt(pipe, name, &work)
        Watchdog.within(SECONDS, Errno::ETIMEDOUT, &work)
      rescue SystemCallError => error
        report(pipe, name, error)
      end

      def report(pipe, name, error)
        MemorySection.write(pipe, "#{name} error", error.class.name)
      rescue SystemCallError
        nil # the uploader is gone; the dump's own pipe shows that
      end
    end
  end
end
