# Probe.start answers connections to $PROBE/PID.sock with the memory statistics of this process, one line of JSON:
# GC.stat, and glibc's mallinfo2.
module Probe
  # mallinfo2's fields, size_t each, for all arenas: allocated from the kernel for arenas, …, bytes in mmapped blocks,
  # …, in use, free.
  FIELDS = %w[arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost].freeze

  class << self
    def start
      Thread.new { serve }.tap { |thread| thread.thread_variable_set(:fork_safe, true) }
    end

    private

    def serve
      require 'socket'
      require 'json'
      path = File.join(ENV.fetch('PROBE'), "#{Process.pid}.sock")
      File.delete(path) if File.exist?(path)
      UNIXServer.open(path) do |server|
        loop do
          client = server.accept
          client.puts(JSON.generate('gc' => GC.stat, 'malloc' => malloc, 'threads' => Thread.list.size))
          client.close
        end
      end
    end

    # The struct is returned by value, that is through a hidden pointer: the first argument in this calling convention.
    def malloc
      require 'fiddle'
      out = Fiddle::Pointer.malloc(FIELDS.size * Fiddle::SIZEOF_SIZE_T, Fiddle::RUBY_FREE)
      Fiddle::Function.new(Fiddle::Handle::DEFAULT['mallinfo2'], [Fiddle::TYPE_VOIDP], Fiddle::TYPE_VOID).call(out)
      FIELDS.zip(out[0, out.size].unpack('J*')).to_h
    rescue Fiddle::DLError
      {}
    end
  end
end
