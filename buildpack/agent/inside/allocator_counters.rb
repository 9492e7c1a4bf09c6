# frozen_string_literal: true

module Heapdump
  module Inside
    # What the allocator says about itself, and how much of the memory that it holds free it can return: asked here, in
    # the fork, by having it do so.
    class AllocatorCounters
      def initialize
        @name = Allocator.name
        allocators = {'glibc' => Glibc, 'jemalloc' => Jemalloc, 'mimalloc' => Mimalloc, 'tcmalloc' => Tcmalloc}
        @allocator = allocators[@name] && allocators[@name].new
      rescue LoadError
        retry if BundledFiddle.find
        raise
      end

      def read
        {'name' => @name}.merge(@allocator ? @allocator.read : {})
      end

      # → anonymous resident bytes before and after
      def trim
        return {} unless @allocator

        before = resident
        started = Clock.now
        @allocator.trim
        {'before' => before, 'seconds' => (Clock.now - started).round(3), 'after' => resident}
      end

      private

      # /proc/self/status would be off by the kernel's counts per CPU.
      def resident
        File.read('/proc/self/smaps_rollup')[/^Anonymous:\s+(\d+) kB/, 1].to_i * 1024
      rescue SystemCallError
        File.read('/proc/self/status')[/^RssAnon:\s+(\d+) kB/, 1].to_i * 1024
      end
    end

    # Numbers that C functions write through pointers.
    module Cells
      WORD = [0].pack('J').bytesize

      def self.words(count)
        cells = Fiddle::Pointer.malloc(count * WORD, Fiddle::RUBY_FREE)
        cells[0, count * WORD] = "\0" * (count * WORD)
        yield cells
        cells[0, count * WORD].unpack('J*')
      end
    end

    # Since Ruby 3.5, Fiddle is a gem, installed with Ruby. Bundler hides it, but in the fork we need not care.
    module BundledFiddle
      @searched = false

      # → whether it is worth another try
      def self.find
        return false if @searched

        @searched = true
        directories = Dir[File.join(Gem.default_dir, 'gems/fiddle-*/lib'), File.join(Gem.default_dir, 'extensions/*/*/fiddle-*')]
        $LOAD_PATH.unshift(*directories)
        directories.any?
      end
    end
  end
end
