# frozen_string_literal: true

require_relative 'log'

module Heapdump
  # Returns freed memory to the kernel. glibc keeps what lies between blocks in use: after 20 s of tracing that was a
  # quarter of a process of 200 MB, for good. malloc_trim(3) gives all of it back, 1 ms for each MB. Ruby has no name
  # for it, so Fiddle calls it, and releases the GVL meanwhile: other threads wait only for the arena whose turn it is.
  #
  # Costs nothing until it is used: Fiddle is loaded by the first call.
  module FreedMemory
    class << self
      def give_back
        @trim = find unless defined?(@trim)
        @trim&.call(0)
      rescue StandardError, ScriptError => error
        @trim = nil
        Log.once(:freed_memory, "memory that tracing used stays with the process: #{Log.describe(error)}")
        nil
      end

      private

      # nil with another allocator in place of glibc's (jemalloc, tcmalloc), which returns memory by itself.
      def find
        load_fiddle
        libc = Fiddle::Handle.new('libc.so.6')
        return if libc['malloc'] != Fiddle::Handle::DEFAULT['malloc']

        Fiddle::Function.new(libc['malloc_trim'], [Fiddle::TYPE_SIZE_T], Fiddle::TYPE_INT)
      ensure
        libc&.close
      end

      # Ruby 3.4 warns below Bundler that it will be a gem; from 3.5 on it is one, and not there unless the app's bundle
      # has it.
      def load_fiddle
        verbose = $VERBOSE
        $VERBOSE = nil
        require 'fiddle'
      ensure
        $VERBOSE = verbose
      end
    end
  end
end
