# frozen_string_literal: true

require 'rbconfig'

module Heapdump
  # Keeps a process of ours out of the app's way, on half of the cores. `nice` alone is not enough: a thread of the app
  # that wakes up waits for the rest of a niced process's time slice, but takes over from a process with SCHED_IDLE at
  # once, and the kernel considers that core to be idle. A process with SCHED_BATCH takes over from nobody (sched(7)).
  #
  # Without Fiddle, which is not in every bundle, only Kernel#syscall calls the kernel.
  module SpareTime
    SCHED_BATCH = 3
    SCHED_IDLE = 5
    # sched_setscheduler(2) and sched_setaffinity(2).
    NUMBERS = {'x86_64' => [144, 203], 'aarch64' => [119, 122]}.freeze

    class << self
      # Half of the cores that this process may use. At random, because other dynos may share the machine. All processes
      # of a dump get the same ones, which leaves the others to the app.
      def cores
        list = File.read('/proc/self/status')[/^Cpus_allowed_list:\s+(\S+)/, 1] # "0-3,8"
        all = list.split(',').flat_map { |part| Range.new(*part.split('-').map(&:to_i).values_at(0, -1)).to_a }
        all.sample([all.size / 2, 1].max)
      rescue SystemCallError, NoMethodError
        nil # no Linux
      end

      # Runs this process only when one of the cores is idle. Without privileges it can never leave that policy, so the
      # agent must notice when it starves: see Starvation.
      def only(cores)
        schedule(SCHED_IDLE, cores)
      end

      # Lets this process compete for the cores, but not interrupt anything.
      def patiently(cores)
        schedule(SCHED_BATCH, cores)
      end

      private

      # When the kernel refuses, the process goes on as it is.
      def schedule(policy, cores)
        scheduler, affinity = NUMBERS[RbConfig::CONFIG['host_cpu']]
        return unless scheduler

        $VERBOSE = nil # syscall warns that it is deprecated
        call(scheduler, policy, [0].pack('i'))
        mask = bit_field(cores)
        call(affinity, mask.bytesize, mask)
      rescue StandardError, NotImplementedError
        nil
      end

      # For this process (0). syscall takes no string that contains a zero byte, but takes an address.
      def call(number, argument, struct)
        syscall(number, 0, argument, [struct].pack('P').unpack1('J'))
      end

      def bit_field(cores)
        words = Array.new((cores.max / 64) + 1, 0)
        cores.each { |core| words[core / 64] |= 1 << (core % 64) }
        words.pack('Q*')
      end
    end
  end
end
