# frozen_string_literal: true

require_relative 'allocator'
require_relative 'log'

module Heapdump
  # Returns freed memory to the kernel. glibc keeps freed memory between blocks in use: after 20 s of tracing that was a
  # quarter of a 200 MB process, permanently. malloc_trim(3) returns all of it, at 1 ms per MB. Ruby has no method for
  # it, so Fiddle calls it and releases the GVL: other threads wait only for the arena being trimmed.
  #
  # Costs nothing until the first call, which loads Fiddle.
  module FreedMemory
    class << self
      # → nil if it could not: other allocators (jemalloc, tcmalloc) return memory by themselves.
      def give_back
        @trim = find unless defined?(@trim)
        @trim&.call(0)
      rescue StandardError, ScriptError => error
        @trim = nil
        Log.once(:freed_memory, "cannot return freed memory to the kernel: #{Log.describe(error)}")
        nil
      end

      private

      def find
        Allocator.function('malloc_trim', [:size], :int) if Allocator.name == 'glibc'
      end
    end
  end
end
