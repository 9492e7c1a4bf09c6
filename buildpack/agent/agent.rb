# frozen_string_literal: true

# RUBYOPT loads this file into every Ruby process of the dyno, most of which live for a second. So it requires nothing, does next
# to nothing, and leaves one sleeping thread behind: what outlives the grace period is a process worth dumping. Whatever goes wrong
# in here is one line on stderr; the app never sees it.
module Heapdump
  # Which process was armed. Another pid in it: we were exec'd by an armed process (a git call's helper, a rake task): stay out.
  # The same pid: an exec chain such as bundle -> rails -> puma, which loads this file several times over.
  MARKER = 'HEAPDUMP_PID'
  QUIET_SECONDS = 0.5
  BEGAN_AT = Time.now.to_i # of a forked process: when the first of them did

  # Ruby 3.1 and later: every fork passes here, also those of Process.fork, Kernel#fork and IO.popen('-').
  module ForkHook
    def _fork
      pid = super
      Heapdump.forked(pid.zero? ? nil : pid)
      pid
    end
  end

  # Before Ruby 3.1 the ways to fork have to be caught one by one.
  module OldForkHook
    def fork(&block)
      child = block && proc do
        Heapdump.forked_child
        block.call
      end
      pid = super(&child)
      Heapdump.forked(pid)
      pid
    end
  end

  module OldPrivateForkHook
    include OldForkHook
    private :fork
  end

  # IO.popen('-'): the block, or what follows the call, runs in parent and child.
  module OldPopenHook
    def popen(*arguments, &block)
      return super(*arguments, &block) unless arguments.include?('-')

      told = block && proc do |io|
        Heapdump.forked(io)
        block.call(io)
      end
      io = super(*arguments, &told)
      Heapdump.forked(io) unless block
      io
    end
    ruby2_keywords :popen if respond_to?(:ruby2_keywords, true)
  end

  # Forks in C, past the hooks above; the thread is lost on the way.
  module DaemonHook
    def daemon(*)
      result = super
      Heapdump.forked_child
      result
    end
  end

  # Loaded again in an exec chain, this file must not forget what it has done.
  @agent ||= nil
  @features ||= nil
  @forked ||= false
  @plain_fork ||= nil

  class << self
    # The fork that no hook of the app's has been put before: a dump child must not run anybody's after-fork code.
    attr_reader :plain_fork

    def arm
      return if @plain_fork || ENV['DYNO'].to_s.empty? || !ENV['HEAPDUMP_DISABLED'].to_s.empty?
      return unless [nil, Process.pid.to_s].include?(ENV[MARKER])

      trace_from_boot
      hook_forks
      start
    rescue StandardError, ScriptError => error
      complain(error)
    end

    def forked_child
      agent = @agent
      @agent = nil
      @forked = false
      agent&.abandon
      start
    rescue StandardError, ScriptError => error
      complain(error)
    end

    # child: its pid or pipe; nil in the child itself. Called from within the app's own fork, so nothing may be raised here.
    #
    # A Ractor can fork too, but may not touch this module's state. Its child can: there the Ractor is the main one.
    def forked(child)
      return forked_child unless child

      @forked = true if main_ractor?
    rescue StandardError, ScriptError => error
      complain(error)
    end

    def forked?
      @forked
    end

    private

    def main_ractor?
      !defined?(::Ractor) || ::Ractor.current == ::Ractor.main
    end

    def start
      ENV[MARKER] = Process.pid.to_s
      thread = Thread.new { live }
      thread.name = 'heapdump'
      thread.report_on_exception = false
      thread.thread_variable_set(:fork_safe, true) # or Puma warns of threads started before its fork
    end

    # Nothing may leave this thread: with Thread.abort_on_exception it would end the app.
    def live
      sleep(grace)
      sleep(QUIET_SECONDS) until quiet?
      require File.join(__dir__, 'heapdump', 'agent')
      @agent = Agent.new
      @agent.run
    rescue Exception => error # rubocop:disable Lint/RescueException
      complain(error)
    end

    def grace
      Float(ENV.fetch('HEAPDUMP_GRACE', 10))
    rescue ArgumentError
      10.0
    end

    # RubyGems takes its two locks in either order, so a thread that requires a default gem while the main thread activates gems
    # (activate_bin_path of a binstub) can stop both for ever. What boots has the right of way, however long it takes.
    def quiet?
      before = @features
      @features = $LOADED_FEATURES.size
      before == @features && !(defined?(Gem::LOADED_SPECS_MUTEX) && Gem::LOADED_SPECS_MUTEX.locked?)
    end

    def trace_from_boot
      return unless ENV['HEAPDUMP_TRACE'] == 'boot'

      require 'objspace'
      ObjectSpace.trace_object_allocations_start
    end

    def hook_forks
      modern = Process.respond_to?(:_fork)
      @plain_fork = Process.method(modern ? :_fork : :fork)
      Process.singleton_class.prepend(DaemonHook)
      return Process.singleton_class.prepend(ForkHook) if modern

      [Process, Kernel].each { |owner| owner.singleton_class.prepend(OldForkHook) }
      IO.singleton_class.prepend(OldPopenHook)
      Object.prepend(OldPrivateForkHook)
    end

    def complain(error)
      said = error.message.lines.first.to_s.chomp
      said = said.sub(/ for .*/, '') if error.is_a?(NameError) # what follows is the receiver, and what it holds
      $stderr.write("[heapdump] the agent stopped in process #{Process.pid}: #{error.class}: #{said}\n")
    rescue StandardError
      nil # stderr itself is gone
    end
  end
end

Heapdump.arm
