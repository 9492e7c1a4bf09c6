# frozen_string_literal: true

module Heapdump
  # Loaded only in the dump child (see MemoryInside): what a process can tell about its own memory. Names of libraries,
  # gems and settings, and numbers; never a string of the app.
  module Inside
    # Writes part after part, so that those before a crash or the time limit are kept.
    class Collection
      def initialize(pipe)
        @pipe = pipe
      end

      # The VM first, because nothing can go wrong there; the allocator before those who allocate much.
      def run
        part('vm') { VirtualMachine.read }
        part('settings') { Settings.read }
        counters = nil
        part('allocator') { (counters = AllocatorCounters.new).read }
        part('stacks') { ThreadStacks.read }
        part('extensions') { Extensions.read }
        part('trim') { counters.trim } if counters
      end

      private

      def part(name)
        MemorySection.write(@pipe, name, JSON.generate(yield))
      rescue StandardError, ScriptError, NoMemoryError => error
        MemorySection.write(@pipe, "#{name} error", error.class.name)
      end
    end
  end
end
