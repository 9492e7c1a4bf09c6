# frozen_string_literal: true

# RUBYOPT loads this file into every Ruby process of the dyno, most of which live for a second. So it requires nothing,
# does next to nothing, and leaves one sleeping thread behind: a process that outlives the grace period is worth
# dumping. Any failure in here becomes one line on stderr; the app never sees it.
#
# A Ruby that the agent does not support loads this file too: it must parse even in Ruby 2.0.
module Heapdump
  # The pid of the process in which the agent is enabled. If it holds another pid, a process with an agent spawned this
  # one (a git helper, a rake task): stay out. If it holds our own pid, we are in an exec chain such as
  # bundle -> rails -> puma, which loads this file several times.
  MARKER = 'HEAPDUMP_PID'
  QUIET_SECONDS = 0.5
  BEGAN_AT = Time.now.to_i # a forked process inherits it from the first one
  # Other Rubies have no ObjectSpace.dump_all, and those before 2.7 print dumps that nothing here was tested with.
  SUPPORTED = RUBY_ENGINE == 'ruby' && (RUBY_VERSION.split('.').map(&:to_i) <=> [2, 7]) >= 0
  # Ruby 3.2.0 to 3.2.2 can crash as soon as something observes each new object, which is what tracing does:
  # https://bugs.ruby-lang.org/issues/19482 and https://github.com/ruby/ruby/pull/7058, fixed in 3.2.3 and 3.3.
  NO_TRACING = RUBY_VERSION =~ /\A3\.2\.[012]\z/ && "Ruby #{RUBY_VERSION} can crash while it traces allocations"

  # Ruby 3.1 and later: every fork goes through _fork, including Process.fork, Kernel#fork and IO.popen('-').
  module ForkHook
    def _fork
      pid = super
      Heapdump.forked(pid.zero? ? nil : pid)
      pid
    end
  end

  # Before Ruby 3.1, each method that forks needs its own hook.
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

  # IO.popen('-') runs the block, or the code after the call, in both parent and child.
  module OldPopenHook
    def popen(*arguments, &block)
      return super(*arguments, &block) unless arguments.include?('-')

      wrapped = block && proc do |io|
        Heapdump.forked(io)
        block.call(io)
      end
      io = super(*arguments, &wrapped)
      Heapdump.forked(io) unless block
      io
    end
    ruby2_keywords :popen if respond_to?(:ruby2_keywords, true)
  end

  # Process.daemon forks in C, bypassing the hooks above, and the child loses the agent's thread.
  module DaemonHook
    def daemon(*)
      result = super
      Heapdump.forked_child
      result
    end
  end

  # This file can be loaded twice in one process; it must not forget what it has already done.
  @agent ||= nil
  @features ||= nil
  @forked ||= false
  @plain_fork ||= nil
  @stayed_away ||= nil
  @traced_from_boot ||= false

  class << self
    # The original fork, without the hooks of the app: a dump child must not run anyone's after-fork code.
    attr_reader :plain_fork

    def enable
      return if @plain_fork || ENV['DYNO'].to_s.empty? || !ENV['HEAPDUMP_DISABLED'].to_s.empty?
      return unless [nil, Process.pid.to_s].include?(ENV[MARKER])
      return stay_away unless SUPPORTED

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
      agent.abandon if agent
      start
    rescue StandardError, ScriptError => error
      complain(error)
    end

    # child: its pid or pipe; nil in the child itself. Runs inside the app's own fork, so it must not raise.
    #
    # A Ractor can fork too, but must not touch this module's state. Its child may: there, that Ractor is the main one.
    def forked(child)
      return forked_child unless child

      @forked = true if main_ractor?
    rescue StandardError, ScriptError => error
      complain(error)
    end

    def forked?
      @forked
    end

    def traced_from_boot?
      @traced_from_boot
    end

    private

    def main_ractor?
      !defined?(::Ractor) || ::Ractor.current == ::Ractor.main
    end

    def start
      thread = in_background { live }
      thread.name = 'heapdump'
      thread.report_on_exception = false
    end

    # Hooks nothing, so a process forked from this one says nothing.
    def stay_away
      @stayed_away ||= in_background do
        sleep(grace)
        say("process #{Process.pid} cannot be dumped: the agent needs CRuby 2.7 or later, and this is #{name_of_ruby}")
      end
    end

    # Like "jruby 9.4.8.0", where RUBY_VERSION is 3.1.4.
    def name_of_ruby
      RUBY_DESCRIPTION[/\A\S+ [\w.]+/]
    end

    def in_background(&work)
      ENV[MARKER] = Process.pid.to_s
      thread = Thread.new(&work)
      thread.thread_variable_set(:fork_safe, true) # otherwise Puma warns about threads started before its fork
      thread
    end

    # No exception may escape this thread: with Thread.abort_on_exception it would end the app.
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

    # RubyGems takes its two locks in either order, so requiring a default gem in a thread while the main thread
    # activates gems (activate_bin_path in a binstub) can deadlock. Booting has priority, however long it takes.
    def quiet?
      before = @features
      @features = $LOADED_FEATURES.size
      before == @features && !(defined?(Gem::LOADED_SPECS_MUTEX) && Gem::LOADED_SPECS_MUTEX.locked?)
    end

    def trace_from_boot
      return if NO_TRACING || ENV['HEAPDUMP_TRACE'] != 'boot'

      require 'objspace'
      ObjectSpace.trace_object_allocations_start
      @traced_from_boot = true
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
      message = error.message.lines.first.to_s.chomp
      message = message.sub(/ for .*/, '') if error.is_a?(NameError) # the rest shows the receiver and its contents
      say("the agent stopped in process #{Process.pid}: #{error.class}: #{message}")
    end

    def say(text)
      $stderr.write("[heapdump] #{text}\n")
    rescue StandardError
      nil # stderr is closed
    end
  end
end

Heapdump.enable
