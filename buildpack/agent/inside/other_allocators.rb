# frozen_string_literal: true

module Heapdump
  module Inside
    # jemalloc's statistics, see its manual.
    class Jemalloc
      SIZES = %w[allocated active metadata resident mapped retained].freeze
      ALL_ARENAS = 4096

      def initialize
        name = %w[mallctl je_mallctl].find { |one| Allocator.function(one, [], :int) }
        @mallctl = Allocator.function(name, [:pointer, :pointer, :pointer, :pointer, :size], :int)
      end

      def read
        refresh
        SIZES.to_h { |size| [size, word("stats.#{size}")] }
             .merge('arenas' => word('arenas.narenas'), 'version' => version, 'dirtyDecayMs' => word('arenas.dirty_decay_ms')).compact
      end

      def trim
        @mallctl.call("arena.#{ALL_ARENAS}.purge", nil, nil, nil, 0)
      end

      private

      # Statistics are a snapshot of the last "epoch".
      def refresh
        Cells.words(1) do |cell|
          cell[0, 8] = [1].pack('Q')
          @mallctl.call('epoch', nil, nil, cell, 8)
        end
      end

      # → nil if this build does not know it
      def word(name)
        size = name == 'arenas.narenas' ? Fiddle::SIZEOF_INT : Cells::WORD
        failed = nil
        value, = Cells.words(2) do |cells|
          (cells + Cells::WORD)[0, Cells::WORD] = [size].pack('J')
          failed = @mallctl.call(name, cells, cells + Cells::WORD, nil, 0) != 0
        end
        failed ? nil : [value].pack('J').unpack1('j')
      end

      def version
        pointer = word('version')
        pointer && Fiddle::Pointer.new(pointer).to_s[/\A\d[\w.-]{0,40}/]
      end
    end

    class Mimalloc
      NAMES = [nil, nil, nil, 'resident', 'peakResident', 'committed', 'peakCommitted', nil].freeze

      def read
        numbers = Cells.words(NAMES.size) do |cells|
          pointers = NAMES.each_index.map { |index| cells + (index * Cells::WORD) }
          Allocator.function('mi_process_info', [:pointer] * NAMES.size, :void).call(*pointers)
        end
        version = Allocator.function('mi_version', [], :int).call
        NAMES.zip(numbers).to_h.reject { |name, _| name.nil? }.merge('version' => version.digits.reverse.join('.'))
      end

      def trim
        Allocator.function('mi_collect', [:int], :void).call(1)
      end
    end

    class Tcmalloc
      PROPERTIES = {'allocated' => 'generic.current_allocated_bytes', 'mapped' => 'generic.heap_size',
                    'free' => 'tcmalloc.pageheap_free_bytes', 'retained' => 'tcmalloc.pageheap_unmapped_bytes'}.freeze

      def read
        property = Allocator.function('MallocExtension_GetNumericProperty', [:pointer, :pointer], :int)
        PROPERTIES.transform_values { |name| Cells.words(1) { |cell| property.call(name, cell) }.first }
      end

      def trim
        Allocator.function('MallocExtension_ReleaseFreeMemory', [], :void).call
      end
    end
  end
end
