# frozen_string_literal: true

require 'fcntl'
require 'objspace'
require_relative 'clock'
require_relative 'descriptors'
require_relative 'watchdog'

module Heapdump
  # A fork of the process that does one thing: write the heap as it was at the fork into the uploader's pipe. It leaves by exit!, so
  # that no at_exit, finalizer or libpq goodbye of the app runs in it.
  class DumpChild
    FORK_SECONDS = 3

    attr_reader :pid, :stall_ms, :ending

    # output: the write end of the uploader's pipe; closed here in the parent.
    def initialize(output)
      @ending, @last_words = IO.pipe
      Descriptors.own(@ending)
      Descriptors.own(@last_words)
      @pid = fork_plainly
      dump(output) if @pid.nil? || @pid.zero?
      Descriptors.close(output)
    rescue SystemCallError, ThreadError
      Descriptors.close(@ending) if @ending
      raise
    ensure
      Descriptors.close(@last_words) if @last_words
    end

    # Call when `ending` is readable: nil if the dump is whole, else what went wrong. The child's own word counts, not its exit status
    # alone: an app that waits for any child may have taken that.
    def failure
      words = @ending.read
      status = reap
      Descriptors.close(@ending)
      return nil if words == 'whole'
      return words unless words.empty?

      status&.signaled? ? "the dumping child was killed by SIG#{Signal.signame(status.termsig)}" : 'the dumping child ended without a word'
    end

    def kill
      Process.kill(:KILL, @pid)
      reap
      Descriptors.close(@ending)
    rescue SystemCallError
      nil
    end

    private

    # While no process is to be had, Ruby sleeps a second and tries again, for ever.
    #
    # The fork alone is what the process stands still for.
    def fork_plainly
      Watchdog.within(FORK_SECONDS, Errno::EAGAIN) do
        started = Clock.now
        pid = Heapdump.plain_fork.call
        @stall_ms = ((Clock.now - started) * 1000).round(1)
        pid
      end
    end

    # The child. Its pages are shared with the app, so: no garbage collection, and first in line for the kernel's OOM killer.
    def dump(output)
      GC.disable
      File.write('/proc/self/oom_score_adj', '1000') if File.writable?('/proc/self/oom_score_adj')
      Process.setpriority(Process::PRIO_PROCESS, 0, 19)
      [:TERM, :INT, :QUIT, :HUP].each { |name| Signal.trap(name, 'DEFAULT') }
      Descriptors.disown(output)
      Descriptors.abandon(except: @last_words)
      wait_for_room(output)
      ObjectSpace.dump_all(output: output)
      output.close # not flush: Ruby 2.7 writes through a C stream of its own, which only this empties
      @last_words.write('whole')
    rescue Exception => error # rubocop:disable Lint/RescueException
      @last_words.write("#{error.class}: #{error.message}"[0, 300])
    ensure
      exit!
    end

    # Ruby's pipes do not block, which Ruby 3.4's dump takes for a full disk once the pipe is full (IOError: full buffer).
    def wait_for_room(output)
      output.fcntl(Fcntl::F_SETFL, output.fcntl(Fcntl::F_GETFL) & ~Fcntl::O_NONBLOCK)
    end

    def reap
      Process.wait2(@pid).last
    rescue Errno::ECHILD
      nil
    end
  end
end
