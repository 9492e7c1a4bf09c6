# frozen_string_literal: true

require 'etc'

module Heapdump
  module Inside
    # This process's memory, read through /proc: a wrong address is an error there, not a crash.
    module OwnMemory
      PAGE = Etc.sysconf(Etc::SC_PAGESIZE)
      ENTRY_BYTES = 8
      IN_USE = 0b11 << 62 # of an entry in pagemap: in memory, or swapped

      Mapping = Struct.new(:start, :finish, :perms, :name) do
        def anonymous?
          perms == 'rw-p' && name.empty?
        end
      end

      class << self
        def mappings
          File.foreach('/proc/self/maps', encoding: Encoding::BINARY).map do |line|
            range, perms, _, _, _, name = line.split(' ', 6)
            start, finish = range.split('-').map(&:hex)
            Mapping.new(start, finish, perms, name.to_s.strip)
          end
        end

        # → numbers of a machine word each
        def words(start, bytes)
          @memory ||= File.open('/proc/self/mem', 'rb')
          @memory.pread(bytes, start).unpack('J*')
        end

        def resident(start, bytes)
          pages_in_use(start, bytes).count(true) * PAGE
        end

        # For each page, whether there is anything in it. Reading any other would make the kernel map an empty page.
        def pages_in_use(start, bytes)
          @pagemap ||= File.open('/proc/self/pagemap', 'rb')
          entries = @pagemap.pread(bytes / PAGE * ENTRY_BYTES, start / PAGE * ENTRY_BYTES)
          entries.unpack('Q*').map { |entry| (entry & IN_USE).positive? }
        end
      end
    end
  end
end
