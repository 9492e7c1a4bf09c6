# frozen_string_literal: true

require_relative 'log'

module Heapdump
  # Returns freed memory to the kernel. glibc keeps freed memory between blocks in use: after 20 s of tracing that was a
  # quarter of a 200 MB process, permanently. malloc_trim(3) returns all of it, at 1 ms per MB. Ruby has no method for
  # it, so Fiddle calls it and releases the GVL: other threads wait only for the arena being trimmed.
  #
  # Costs nothing until the first call, which loads Fiddle.
  module FreedMemory
    class << self
      def give_back
        @trim = find unless defined?(@trim)
        @trim&.call(0)
      rescue StandardError, ScriptError => error
        @trim = nil
        Log.once(:freed_memory, "cannot return the memory that tracing used: #{Log.describe(error)}")
        nil
      end

      private

      # nil with an allocator other than glibc's (jemalloc, tcmalloc), which returns memory by itself.
      def find
        load_fiddle
        libc = Fiddle::Handle.new('libc.so.6')
        return if libc['malloc'] != Fiddle::Handle::DEFAULT['malloc']

        Fiddle::Function.new(libc['malloc_trim'], [Fiddle::TYPE_SIZE_T], Fiddle::TYPE_INT)
      ensure
        libc&.close
      end

      # Under Bundler, Ruby 3.4 warns that Fiddle will become a gem; since 3.5 it is one, missing unless the app's
      # bundle has it.
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
