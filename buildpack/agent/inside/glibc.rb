# frozen_string_literal: true

module Heapdump
  module Inside
    # glibc's malloc: its arenas, from malloc_info(3), and where they are.
    class Glibc
      ARENA_ALIGNMENT = 64 << 20 # HEAP_MAX_SIZE of 64-bit systems: the arenas of threads start at its multiples

      def read
        info = malloc_info
        arenas = info.scan(%r{<heap nr="\d+">(.*?)</heap>}m).map { |(heap)| arena(heap) }
        arenas.first['main'] = true
        totals = info[%r{.*</heap>(.*)}m, 1]
        {'version' => version, 'arenas' => arenas, 'heaps' => ArenaHeaps.read, 'mmapped' => count_and_bytes(totals, 'mmap')}
      end

      def trim
        Allocator.function('malloc_trim', [:size], :int).call(0)
      end

      private

      def version
        Allocator.function('gnu_get_libc_version', [], :pointer).call.to_s
      end

      # The documented interface writes into a C stream.
      def malloc_info
        stream = nil
        start, size = Cells.words(2) do |cells|
          stream = Allocator.function('open_memstream', [:pointer, :pointer], :pointer).call(cells, cells + Cells::WORD)
          Allocator.function('malloc_info', [:int, :pointer], :int).call(0, stream)
          Allocator.function('fclose', [:pointer], :int).call(stream)
        end
        Fiddle::Pointer.new(start)[0, size]
      end

      # `free` includes the end of the arena, which no block has reached yet.
      def arena(heap)
        system = heap[/<system type="current" size="(\d+)"/, 1].to_i
        free, fast = %w[rest fast].map { |type| count_and_bytes(heap, type)['bytes'] }
        {'system' => system, 'used' => system - free - fast, 'free' => free, 'fast' => fast}
      end

      def count_and_bytes(text, type)
        count, bytes = text.to_s[/<total type="#{type}" count="\d+" size="\d+"/].to_s.scan(/"(\d+)"/).flatten
        {'count' => count.to_i, 'bytes' => bytes.to_i}
      end
    end

    # Where the arenas of threads are. Each has one or more parts, which start at multiples of 64 MB: there glibc writes the
    # address of the arena, which is near the start of its first part. The kernel may have joined a part with other memory
    # below it.
    module ArenaHeaps
      class << self
        # → [{'start', 'bytes', 'residentBytes', 'arena': start of the arena's first part}]
        def read
          OwnMemory.mappings.select(&:anonymous?).flat_map do |mapping|
            first = (mapping.start + Glibc::ARENA_ALIGNMENT - 1) / Glibc::ARENA_ALIGNMENT * Glibc::ARENA_ALIGNMENT
            first.step(mapping.finish - 1, Glibc::ARENA_ALIGNMENT).map { |start| heap(start, mapping.finish) }.compact
          end
        end

        private

        # struct heap_info: its arena, the previous part, size.
        def heap(start, finish)
          arena, _, size = OwnMemory.words(start, 24)
          first = arena - (arena % Glibc::ARENA_ALIGNMENT)
          return unless (arena - first).between?(16, 128) && size.positive? && size <= [finish - start, Glibc::ARENA_ALIGNMENT].min

          {'start' => start, 'bytes' => size, 'residentBytes' => OwnMemory.resident(start, size), 'arena' => first}
        end
      end
    end
  end
end
