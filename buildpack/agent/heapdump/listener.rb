# frozen_string_literal: true

require 'socket'
require_relative 'clock'
require_relative 'database'
require_relative 'descriptors'
require_relative 'envelope'

module Heapdump
  # LISTEN and NOTIFY on one connection, owned by one thread; other threads put their messages into the outbox.
  # Reconnects forever: notifications sent meanwhile are lost, and the CLI repeats them.
  class Listener
    # The URL points to a connection pool, where LISTEN is lost without an error.
    class Pooled < StandardError; end
    # Another dyno answers to the shared name.
    class NotElected < StandardError; end

    FIRST_PAUSE_SECONDS = 0.25
    LONGEST_PAUSE_SECONDS = 30
    POOLED_PAUSE_SECONDS = 60
    PROBE_SECONDS = 2
    ELECTION_SECONDS = 10
    ELECTIONS = 0x68647031 # first half of the lock's key, so that it collides with no other lock
    ANSWER_SECONDS = 20 # a NOTIFY takes a millisecond; on a network that drops it, libpq waits for a quarter of an hour
    EXPENDABLE = %w[uploading alive].freeze

    # boot: when the dyno's Ruby started, Unix seconds.
    def initialize(configuration, envelope, boot)
      @configuration = configuration
      @envelope = envelope
      @name = configuration.dyno
      @boot = boot
      @identity = {'host' => Socket.gethostname[0, 64].scrub('_'), 'release' => configuration.release, 'boot' => boot}
      @channels = [configuration.dyno, configuration.shared_name].compact.map { |name| Envelope.channel_of(name) } << Envelope::EVERYWHERE
      @outbox = Queue.new
      @number = 0
      @numbering = Mutex.new
      @woken, @waker = IO.pipe.each { |io| Descriptors.own(io) }
      @pause = FIRST_PAUSE_SECONDS
      @connection = @unsent = nil
      @announced = @connected = @stopping = false
    end

    # event: as in docs/protocol.md, without its number. Callable from any thread.
    def post(event)
      return if EXPENDABLE.include?(event['type']) && !@connected

      @numbering.synchronize do
        # Higher than any number that an earlier leader of this dyno has used.
        @number = [@number + 1, Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)].max
        @outbox << [Envelope.reply_channel(event['id']), event.merge(@identity, 'n' => @number)]
      end
      wake
    end

    # When other dynos of this name started, Unix seconds. During a deploy or a restart, the old and the new dyno are
    # both connected. Only for the thread that listens.
    def namesakes
      names = query('SELECT application_name FROM pg_stat_activity WHERE datname = current_database()', []).values.flatten
      names.map { |name| Database.boot_of(name, @name) }.compact.uniq - [@boot]
    rescue PG::Error
      [] # the listener notices a lost connection itself
    end

    # Whether a newer dyno of this name is connected.
    def superseded?
      namesakes.any? { |boot| boot > @boot }
    end

    def stop
      @stopping = true
      wake
    end

    # Yields each payload and its channel, until stopped.
    def listen(&receive)
      until @stopping
        begin
          connect
          converse(&receive)
        rescue PG::Error, SystemCallError, IOError, Pooled, NotElected, ArgumentError => error
          disconnect
          recover(error)
        end
      end
    ensure
      close
    end

    def close
      disconnect
      [@woken, @waker].each { |io| Descriptors.close(io) }
    end

    private

    def connect
      @early = []
      @connection = Descriptors.own_libpq(Database.connect(@configuration.database_url, @name, @boot))
      @channels.each { |channel| @connection.exec("LISTEN #{@connection.quote_ident(channel)}") }
      raise Pooled unless hears_itself?
      raise NotElected unless elected?

      @connected = true
      @pause = FIRST_PAUSE_SECONDS
      [:database, :pooled].each { |kind| Log.forget(kind) }
      Log.line("process #{Process.pid} is listening for dump requests to #{@configuration.dyno}") unless @announced
      @announced = true
    end

    # The lock belongs to the session: a dyno that disconnects or stops releases it.
    def elected?
      name = @configuration.shared_name
      return true unless name

      @connection.exec_params('SELECT pg_try_advisory_lock($1::int, hashtext($2))', [ELECTIONS, name]).getvalue(0, 0) == 't'
    end

    # Sends the probe on a second connection: a pool delivers a notification to whoever uses the server connection at
    # that moment, and on one connection that would be us.
    def hears_itself?
      probe = "heapdump_probe_#{Process.pid}_#{rand(1 << 32)}"
      @connection.exec("LISTEN #{probe}")
      return true unless (sender = connect_sender) # we have the last free connection: better untested than not at all

      sender.exec("NOTIFY #{probe}")
      heard = heard?(probe)
      @connection.exec("UNLISTEN #{probe}") if heard
      heard
    ensure
      hang_up(sender)
    end

    def connect_sender
      Descriptors.own_libpq(Database.connect(@configuration.database_url, @name, @boot))
    rescue PG::ConnectionBad
      nil
    end

    # Keeps other notifications that arrive in the meantime for later.
    def heard?(probe)
      deadline = Clock.now + PROBE_SECONDS
      while (left = deadline - Clock.now).positive?
        return false unless IO.select([@connection.socket_io], nil, nil, left)

        @connection.consume_input
        while (notification = @connection.notifies)
          return true if notification[:relname] == probe

          @early << notification if @channels.include?(notification[:relname])
        end
      end
      false
    end

    def converse(&receive)
      @early.each { |notification| receive.call(notification[:extra], notification[:relname]) }
      until @stopping
        send_outbox
        while (notification = @connection.notifies)
          receive.call(notification[:extra], notification[:relname]) if @channels.include?(notification[:relname])
        end
        next unless @outbox.empty?

        IO.select([@connection.socket_io, @woken])
        drain_wakes
        @connection.consume_input
      end
    end

    def send_outbox
      until @outbox.empty? && @unsent.nil?
        @unsent ||= @outbox.pop
        channel, event = @unsent
        query('SELECT pg_notify($1, $2)', [channel, @envelope.seal(channel, event)])
        @unsent = nil
      end
    end

    # Without Timeout: before Ruby 3.2 it starts a thread each time, and short-lived threads multiply malloc's arenas.
    def query(sql, parameters)
      return @connection.exec_params(sql, parameters) unless @connection.respond_to?(:send_query_params) # pg before 1.1

      @connection.send_query_params(sql, parameters)
      deadline = Clock.now + ANSWER_SECONDS
      while @connection.is_busy
        left = deadline - Clock.now
        answered = left.positive? && IO.select([@connection.socket_io], nil, nil, left)
        raise PG::ConnectionBad, 'the database is not responding' unless answered

        @connection.consume_input
      end
      @connection.get_last_result
    end

    # Backs off, starting with a short pause: a restarted Postgres is back within a second.
    def recover(error)
      return pause(ELECTION_SECONDS) if error.is_a?(NotElected)

      if error.is_a?(Pooled)
        Log.once(:pooled, 'the database URL points to a connection pool, which drops LISTEN: ' \
                          'set HEAPDUMP_DATABASE_URL to the direct URL')
        return pause(POOLED_PAUSE_SECONDS)
      end

      reason = "#{error.class}: #{error.message.lines.first.to_s.strip}"
      Log.once(:database, "database connection failed, retrying: #{reason}")
      pause(@pause)
      @pause = [@pause * 2, LONGEST_PAUSE_SECONDS].min
    end

    def pause(seconds)
      deadline = Clock.now + seconds
      while !@stopping && (left = deadline - Clock.now).positive?
        IO.select([@woken], nil, nil, left)
        drain_wakes
      end
    end

    def wake
      @waker.write_nonblock('.')
    rescue SystemCallError, IOError
      nil # already awake, or closed
    end

    def drain_wakes
      @woken.read_nonblock(4096)
    rescue IO::WaitReadable
      nil
    end

    def disconnect
      @connected = false
      hang_up(@connection)
      @connection = nil
    end

    def hang_up(connection)
      return unless connection

      Descriptors.disown(connection)
      Database.hang_up(connection)
    end
  end
end
