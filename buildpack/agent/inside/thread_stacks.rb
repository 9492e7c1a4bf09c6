# frozen_string_literal: true

module Heapdump
  module Inside
    # The stacks of the process's threads. glibc describes each thread at the top of its stack, and there its start and
    # size stand next to each other: so two words that add up to the address where the block ends in which they are. That
    # holds from glibc 2.31 to 2.43 on every architecture. The start includes a guard page, which up to 2.40 is a mapping of
    # its own.
    #
    # It finds stacks that glibc keeps after their threads have ended as well. The fork has none of the other threads, but
    # all of their memory.
    module ThreadStacks
      TOP_BYTES = 16_384 # above the description are the thread-local variables of all libraries
      LEAST_BYTES = 16_384 # PTHREAD_STACK_MIN
      SYSTEM_BYTES = 8 << 20 # of threads that a library starts

      class << self
        # → [{'stackStart', 'stackBytes', 'residentBytes'}]
        def read
          OwnMemory.mappings.each_cons(2).flat_map do |below, mapping|
            mapping.anonymous? ? stacks(below, mapping).map { |start, finish| describe(start, finish) } : []
          end
        end

        private

        # The kernel may have joined a stack with other memory above it, or with other stacks.
        def stacks(below, mapping)
          lowest = below.perms == '---p' && below.finish == mapping.start ? below.start : mapping.start
          found = []
          [mapping.finish, *likely(mapping)].uniq.each do |finish|
            while (start = start_of(finish, lowest, mapping))
              found << [start, finish]
              finish = start
            end
          end
          found.uniq
        end

        def likely(mapping)
          machine, vm = RubyVM::DEFAULT_PARAMS.values_at(:thread_machine_stack_size, :thread_vm_stack_size)
          [machine, machine + vm, SYSTEM_BYTES].flat_map { |size| [mapping.start + size, mapping.start + size + OwnMemory::PAGE] }
                                               .select { |finish| finish < mapping.finish }
        end

        def start_of(finish, lowest, mapping)
          return if finish - mapping.start < LEAST_BYTES

          top(finish).reverse_each do |page|
            start = start_in(OwnMemory.words(page, OwnMemory::PAGE), lowest, finish)
            return start if start
          end
          nil
        end

        # A fragmented heap has thousands of mappings, and every word of their last pages comes through here: a block
        # for each pair takes three times as long.
        def start_in(words, lowest, finish)
          highest = finish - LEAST_BYTES
          at = 0
          while (start = words[at])
            at += 1
            next if start < lowest || start > highest

            return start if words[at] == finish - start && (start % OwnMemory::PAGE).zero?
          end
        end

        # → the addresses of its pages
        def top(finish)
          pages = (finish - TOP_BYTES).step(finish - 1, OwnMemory::PAGE).to_a
          pages.zip(OwnMemory.pages_in_use(pages.first, TOP_BYTES)).select(&:last).map(&:first)
        end

        def describe(start, finish)
          bytes = finish - start
          {'stackStart' => start, 'stackBytes' => bytes, 'residentBytes' => OwnMemory.resident(start, bytes)}
        end
      end
    end
  end
end
