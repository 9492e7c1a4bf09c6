# frozen_string_literal: true

require_relative 'version'
require_relative 'clock'
require_relative 'log'
require_relative 'configuration'
require_relative 'descriptors'
require_relative 'rendezvous'
require_relative 'member'
require_relative 'leader'

module Heapdump
  # The agent of one process: it makes the process available for dumps, and becomes the dyno's leader if there is none.
  class Agent
    TICK_SECONDS = 0.5 # how long a dyno can lack a leader after a kill -9; a check costs 40 µs
    PAUSE_SECONDS = 1
    SWEEP_SECONDS = 60

    def initialize
      @pid = Process.pid
      @configuration = Configuration.new
      @rendezvous = Rendezvous.new(@configuration.dyno).enter
      @member = Member.new(@rendezvous, @configuration)
      obstacle = Leader.obstacle(@configuration)
      Log.line("dumps cannot be requested: #{obstacle}") if obstacle
      @may_lead = obstacle.nil?
      @leader = nil
      @sweep_at = 0
      at_exit { Process.pid == @pid ? retire : abandon }
    end

    def run
      loop do
        @member.serve(TICK_SECONDS)
        @leader ? keep_leading : try_to_lead
      rescue SystemCallError, ThreadError => error
        # Out of descriptors or threads, /tmp read-only: this passes, and dumps must work again afterwards.
        Log.once([:agent, error.class], "the agent in process #{Process.pid} failed, retrying: #{error.class}")
        sleep(PAUSE_SECONDS)
      end
    end

    # In a forked child: everything open here belongs to the parent. A child whose fork no hook saw does this at exit,
    # because libpq's goodbye would end the parent's session.
    def abandon
      @member.abandon
      Descriptors.abandon
    end

    private

    def try_to_lead
      return if !@may_lead || only_forks?

      lock = @rendezvous.try_lock
      @leader = Leader.new(@rendezvous, @configuration, lock).start if lock
    ensure
      Descriptors.close(lock) if lock && !@leader
    end

    def keep_leading
      sweep
      @leader.step_down if only_forks? && !@leader.busy?
      @leader = nil unless @leader.alive?
    end

    def sweep
      return if Clock.now < @sweep_at

      @sweep_at = Clock.now + SWEEP_SECONDS
      @rendezvous.sweep
    end

    # Puma's master: its workers hold the app, so they are dumped and one of them leads.
    def only_forks?
      Heapdump.forked? && @rendezvous.members.none? { |entry| entry.pid == @pid }
    end

    def retire
      @rendezvous.leave
    end
  end
end
