# frozen_string_literal: true

require_relative 'configuration'
require_relative 'envelope'
require_relative 'ledger'
require_relative 'listener'
require_relative 'own_thread'
require_relative 'reception'
require_relative 'watch'

module Heapdump
  # The one process of a dyno that holds the lock, listens on Postgres and fans requests out: one database connection
  # per dyno, not one per worker.
  class Leader
    SHORT_SECRET = "HEAPDUMP_SECRET has fewer than #{Configuration::LEAST_SECRET_CHARACTERS} characters: " \
                   'anyone who can run SQL could find it by brute force'
    PLAIN_ENDPOINT = 'AWS_ENDPOINT_URL_S3 is http://: dumps can be read in transit'

    # Why no request can reach this dyno, or nil.
    def self.obstacle(configuration)
      return 'neither HEAPDUMP_DATABASE_URL nor DATABASE_URL is set' unless configuration.database_url
      return nil if configuration.secret

      'none of HEAPDUMP_SECRET, AWS_SECRET_ACCESS_KEY and BUCKETEER_AWS_SECRET_ACCESS_KEY is set'
    end

    def initialize(rendezvous, configuration, lock)
      @lock = lock
      @resting = false
      warn_of(configuration)
      envelope = Envelope.new(configuration.secret)
      ledger = Ledger.new(rendezvous.ledger_path, BEGAN_AT)
      @listener = Listener.new(configuration, envelope, ledger.since)
      @reception = Reception.new(rendezvous, configuration, envelope, @listener, ledger)
      @watch = Watch.new(rendezvous, configuration, envelope, @reception, ledger)
      @reception.watch = @watch
    end

    def start
      @thread = start_thread
      self
    end

    def alive?
      @thread.alive?
    end

    def busy?
      @reception.busy?
    end

    def step_down
      @listener.stop
      @thread.wakeup if @resting
      @thread.join(5)
    end

    private

    def warn_of(configuration)
      unreadable = configuration.unreadable
      Log.once(:configuration, "cannot parse #{unreadable.join(' and ')}: using the default") if unreadable.any?
      Log.once(:secret, SHORT_SECRET) if configuration.short_secret?
      Log.once(:endpoint, PLAIN_ENDPOINT) if configuration.plain_endpoint?
      Log.once(:tracing, "not tracing from boot: #{NO_TRACING}; update Ruby") if NO_TRACING && configuration.trace_from_boot?
    end

    def start_thread
      @reception.open
      OwnThread.start('heapdump leader') { lead }
    rescue ThreadError
      @reception.close
      @listener.close
      raise
    end

    def lead
      require 'pg' # here, so that only one process of the dyno loads it
      @reception.resume
      @watch.start
      @listener.listen { |payload, channel| @reception.receive(payload, channel) }
    rescue LoadError => error
      Log.once(:pg, "dumps cannot be requested: the pg gem is not in the app's bundle (#{error.message})")
      rest
    rescue Exception => error # rubocop:disable Lint/RescueException
      Log.once(:leader, "the leader stopped: #{Log.describe(error)}")
      rest(30) # whatever it was, do not retry at once
    ensure
      @watch.stop
      @reception.close
      Descriptors.close(@lock)
    end

    # Keeps the lock, so that no other process of the dyno hits the same problem, until step_down (Puma's master, whose
    # bundle may lack what its workers' has).
    def rest(*seconds)
      @resting = true
      sleep(*seconds)
    ensure
      @resting = false
    end
  end
end
