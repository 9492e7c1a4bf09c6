# frozen_string_literal: true

require_relative 'version'
require_relative 'log'
require_relative 'configuration'
require_relative 'descriptors'
require_relative 'rendezvous'
require_relative 'member'
require_relative 'leader'

module Heapdump
  # The life of one process as part of the dyno: it offers itself for dumps, and leads if nobody else does.
  class Agent
    TICK_SECONDS = 0.5 # so long a dyno may be without a leader after a kill -9; looking costs 40 µs
    PAUSE_SECONDS = 1

    def initialize
      @pid = Process.pid
      @configuration = Configuration.new
      @rendezvous = Rendezvous.new(@configuration.dyno).enter
      @member = Member.new(@rendezvous, @configuration)
      obstacle = Leader.obstacle(@configuration)
      Log.line("no dump can be asked for: #{obstacle}") if obstacle
      @may_lead = obstacle.nil?
      @leader = nil
      at_exit { Process.pid == @pid ? retire : abandon }
    end

    def run
      loop do
        @member.serve(TICK_SECONDS)
        @leader ? keep_leading : try_to_lead
      rescue SystemCallError, ThreadError => error
        # No descriptor left, no thread to be had, /tmp read-only: such times pass, and then somebody wants a dump.
        Log.once([:agent, error.class], "process #{Process.pid} can not take part now, trying on: #{error.class}")
        sleep(PAUSE_SECONDS)
      end
    end

    # In a forked child: what is open here belongs to the parent. At the latest when the child ends, in case it was forked in a way that
    # no hook sees: libpq's goodbye would end the parent's session.
    def abandon
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
      @leader.step_down if only_forks? && !@leader.busy?
      @leader = nil unless @leader.alive?
    end

    # Puma's master: its workers hold the app, and are the ones to dump and to lead.
    def only_forks?
      Heapdump.forked? && @rendezvous.members.none? { |entry| entry.pid == @pid }
    end

    def retire
      @rendezvous.leave
    end
  end
end
