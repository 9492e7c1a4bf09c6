# frozen_string_literal: true

module Heapdump
  # The C library's functions for malloc, and whose they are. Needs Fiddle: methods raise LoadError without it.
  module Allocator
    # A function that only this allocator has. jemalloc's may have a prefix.
    MARKS = {'jemalloc' => %w[mallctl je_mallctl], 'mimalloc' => %w[mi_version], 'tcmalloc' => %w[MallocExtension_ReleaseFreeMemory]}.freeze
    GLIBC = 'libc.so.6'

    class << self
      # → 'glibc', 'jemalloc', 'mimalloc', 'tcmalloc' or 'other'
      def name
        load_fiddle
        return 'glibc' if glibc?

        MARKS.each { |allocator, functions| return allocator if functions.any? { |function| address(function) } }
        'other'
      end

      # → a Fiddle::Function, or nil if nothing that is loaded has it. Calls release the GVL.
      def function(name, arguments, result)
        load_fiddle
        found = address(name)
        found && Fiddle::Function.new(found, arguments.map { |type| TYPES.fetch(type) }, TYPES.fetch(result))
      end

      private

      # Whether the process calls glibc's malloc, or another library's that was loaded before.
      def glibc?
        libc = Fiddle::Handle.new(GLIBC)
        libc['malloc'] == Fiddle::Handle::DEFAULT['malloc']
      rescue Fiddle::DLError
        false # musl, or not Linux
      ensure
        libc&.close
      end

      def address(function)
        Fiddle::Handle::DEFAULT[function]
      rescue Fiddle::DLError
        nil
      end

      # Under Bundler, Ruby 3.4 warns that Fiddle will become a gem; since 3.5 it is one, missing unless the app's
      # bundle has it.
      def load_fiddle
        verbose = $VERBOSE
        return if defined?(TYPES)

        $VERBOSE = nil
        require 'fiddle'
        const_set(:TYPES, {void: Fiddle::TYPE_VOID, pointer: Fiddle::TYPE_VOIDP, size: Fiddle::TYPE_SIZE_T, int: Fiddle::TYPE_INT}.freeze)
      ensure
        $VERBOSE = verbose
      end
    end
  end
end
