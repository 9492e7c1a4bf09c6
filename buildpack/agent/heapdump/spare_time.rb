# frozen_string_literal: true

require 'rbconfig'

module Heapdump
  # Keeps a process of ours out of the app's way. `nice` alone is not enough: a thread of the app that wakes up waits for
  # the rest of a niced process's time slice, but takes over from a process with SCHED_IDLE at once, and the kernel
  # considers that core to be idle. A process with SCHED_BATCH takes over from nobody (sched(7)).
  #
  # Without Fiddle, which is not in every bundle, only Kernel#syscall calls the kernel.
  module SpareTime
    SCHED_BATCH = 3
    SCHED_IDLE = 5
    NUMBERS = {'x86_64' => 144, 'aarch64' => 119}.freeze # of sched_setscheduler(2)

    class << self
      # Runs this process only when a core is idle. Without privileges it can never leave that policy, so the agent must
      # notice when it starves: see Starvation.
      def only
        schedule(SCHED_IDLE)
      end

      # Lets this process compete for the cores, but not interrupt anything.
      def patiently
        schedule(SCHED_BATCH)
      end

      private

      # When the kernel refuses, the process goes on as it is.
      def schedule(policy)
        number = NUMBERS[RbConfig::CONFIG['host_cpu']]
        return unless number

        $VERBOSE = nil # syscall warns that it is deprecated
        # For this process (0). syscall takes no string that contains a zero byte, but takes an address.
        syscall(number, 0, policy, [[0].pack('i')].pack('P').unpack1('J'))
      rescue StandardError, NotImplementedError
        nil
      end
    end
  end
end
