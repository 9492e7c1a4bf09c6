# frozen_string_literal: true

require 'fcntl'
require 'objspace'
require_relative 'clock'
require_relative 'descriptors'
require_relative 'leash'
require_relative 'memory_inside'
require_relative 'spare_time'
require_relative 'watchdog'

module Heapdump
  # A fork of the process that writes the heap, as it was at the fork, into the uploader's pipe. It leaves by exit!, so
  # that no at_exit hook, finalizer or libpq goodbye of the app runs in it.
  class DumpChild
    FORK_SECONDS = 3

    attr_reader :pid, :pause_ms, :ending

    # output, memory: the write ends of the uploader's pipes for the dump and, if wanted, the memory record; this method
    # closes them in the parent. spare_time: whether it runs in SpareTime only.
    def initialize(output, memory: nil, spare_time: false)
      @spare_time = spare_time
      @ending, @last_words = IO.pipe
      Descriptors.own(@ending)
      Descriptors.own(@last_words)
      @leash = Leash.new
      @pid = fork_plainly
      dump(output, memory) if @pid.nil? || @pid.zero?
      [output, memory].compact.each { |pipe| Descriptors.close(pipe) }
      @leash.hold
    rescue SystemCallError, ThreadError
      Descriptors.close(@ending) if @ending
      @leash&.close
      raise
    ensure
      Descriptors.close(@last_words) if @last_words
    end

    # Call when `ending` is readable. → nil if the dump is complete, otherwise what went wrong. The exit status alone
    # does not decide: an app that waits for any child may have reaped it. Nor does a complete dump wait for the exit:
    # the child is still asked about its memory, and may crash or hang over that.
    def failure
      words = @ending.read
      Descriptors.close(@ending)
      return nil if words == 'whole'

      status = reap
      return words unless words.empty?

      return "the dump child was killed by SIG#{Signal.signame(status.termsig)}" if status&.signaled?

      'the dump child ended without reporting a result'
    end

    # Ends the child, whatever it is doing; usually it has ended.
    def kill
      Descriptors.close(@ending)
      @leash.close
      Process.kill(:KILL, @pid) if running?
      reap
    rescue SystemCallError
      nil
    end

    # An app that waits for any child may have reaped it; then its pid is no longer ours.
    def running?
      @pid = nil if @pid && Process.wait(@pid, Process::WNOHANG)
      !@pid.nil?
    rescue Errno::ECHILD
      @pid = nil
      false
    end

    private

    # When the kernel refuses a new process, Ruby retries every second, forever; the watchdog ends that.
    #
    # Only the fork itself pauses the process.
    def fork_plainly
      Watchdog.within(FORK_SECONDS, Errno::EAGAIN) do
        started = Clock.now
        pid = Heapdump.plain_fork.call
        @pause_ms = ((Clock.now - started) * 1000).round(1)
        pid
      end
    end

    # Runs in the child. It shares its pages with the app, so it must not collect garbage, and the OOM killer should
    # take it first.
    def dump(output, memory)
      GC.disable
      File.write('/proc/self/oom_score_adj', '1000') if File.writable?('/proc/self/oom_score_adj')
      Process.setpriority(Process::PRIO_PROCESS, 0, 19)
      SpareTime.only if @spare_time
      [:TERM, :INT, :QUIT, :HUP].each { |name| Signal.trap(name, 'DEFAULT') }
      [output, memory, @last_words, @leash.worn].each { |pipe| Descriptors.disown(pipe) }
      Descriptors.abandon
      make_blocking(output)
      ObjectSpace.dump_all(output: output)
      output.close # flush is not enough: Ruby 2.7 writes through its own C stream, which only close empties
      @last_words.write('whole')
      @last_words.close
      MemoryInside.tell(memory, @leash) if memory
    rescue Exception => error # rubocop:disable Lint/RescueException
      @last_words.write("#{error.class}: #{error.message}"[0, 300]) unless @last_words.closed?
    ensure
      exit!
    end

    # Ruby's pipes are non-blocking, and once the pipe is full, Ruby 3.4's dump_all raises IOError (full buffer).
    def make_blocking(output)
      output.fcntl(Fcntl::F_SETFL, output.fcntl(Fcntl::F_GETFL) & ~Fcntl::O_NONBLOCK)
    end

    def reap
      Process.wait2(@pid).last if @pid
    rescue Errno::ECHILD
      nil
    ensure
      @pid = nil
    end
  end
end
