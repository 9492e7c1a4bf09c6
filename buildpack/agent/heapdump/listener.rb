# frozen_string_literal: true

require_relative 'clock'
require_relative 'database'
require_relative 'descriptors'
require_relative 'envelope'

module Heapdump
  # LISTEN and NOTIFY on one connection that belongs to one thread; the others put what they have to say into the outbox. Reconnects
  # for ever: what was notified meanwhile is lost, and the CLI says it again.
  class Listener
    # The URL leads to a connection pool, where LISTEN is lost without an error.
    class Pooled < StandardError; end
    # Another dyno answers to the shared name.
    class NotElected < StandardError; end

    FIRST_PAUSE_SECONDS = 0.25
    LONGEST_PAUSE_SECONDS = 30
    POOLED_PAUSE_SECONDS = 60
    PROBE_SECONDS = 2
    ELECTION_SECONDS = 10
    ELECTIONS = 0x68647031 # the first half of the lock's key, so that it is nobody else's
    ANSWER_SECONDS = 20 # a NOTIFY takes a millisecond; a network that swallows it would keep us for a quarter of an hour
    EXPENDABLE = %w[uploading alive].freeze

    def initialize(configuration, envelope)
      @configuration = configuration
      @envelope = envelope
      @channels = [configuration.dyno, configuration.shared_name].compact.map { |name| Envelope.channel_of(name) } << Envelope::EVERYWHERE
      @outbox = Queue.new
      @number = 0
      @numbering = Mutex.new
      @woken, @waker = IO.pipe.each { |io| Descriptors.own(io) }
      @pause = FIRST_PAUSE_SECONDS
      @connection = @unsent = nil
      @announced = @connected = @stopping = false
    end

    # event: as docs/protocol.md has it, without its number. From any thread.
    def post(event)
      return if EXPENDABLE.include?(event['type']) && !@connected

      @numbering.synchronize do
        # Above all that another leader of this dyno has given.
        @number = [@number + 1, Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)].max
        @outbox << [Envelope.reply_channel(event['id']), event.merge('n' => @number)]
      end
      wake
    end

    def stop
      @stopping = true
      wake
    end

    # Yields each payload and the channel it came on, until stopped.
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
      @connection = Descriptors.own_libpq(Database.connect(@configuration.database_url, @configuration.dyno))
      @channels.each { |channel| @connection.exec("LISTEN #{@connection.quote_ident(channel)}") }
      raise Pooled unless hears_itself?
      raise NotElected unless elected?

      @connected = true
      @pause = FIRST_PAUSE_SECONDS
      [:database, :pooled].each { |kind| Log.forget(kind) }
      Log.line("process #{Process.pid} listens for the dump requests of #{@configuration.dyno}") unless @announced
      @announced = true
    end

    # The lock belongs to the session: whoever loses the connection, or is stopped, loses the office with it.
    def elected?
      name = @configuration.shared_name
      return true unless name

      @connection.exec_params('SELECT pg_try_advisory_lock($1::int, hashtext($2))', [ELECTIONS, name]).getvalue(0, 0) == 't'
    end

    # Said on a connection of its own: a pool hands the notification to whoever uses the server connection at that moment, and that
    # would be ourselves.
    def hears_itself?
      probe = "heapdump_probe_#{Process.pid}_#{rand(1 << 32)}"
      @connection.exec("LISTEN #{probe}")
      return true unless (speaker = connect_speaker) # ours was the last connection to be had: rather untested than not at all

      speaker.exec("NOTIFY #{probe}")
      heard = heard?(probe)
      @connection.exec("UNLISTEN #{probe}") if heard
      heard
    ensure
      hang_up(speaker)
    end

    def connect_speaker
      Descriptors.own_libpq(Database.connect(@configuration.database_url, @configuration.dyno))
    rescue PG::ConnectionBad
      nil
    end

    # What else arrives in these seconds is kept for later.
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
        notify(channel, @envelope.seal(channel, event))
        @unsent = nil
      end
    end

    # Without Timeout: before Ruby 3.2 that makes a thread each time, and threads that come and go spread malloc's arenas.
    def notify(channel, payload)
      said = ['SELECT pg_notify($1, $2)', [channel, payload]]
      return @connection.exec_params(*said) unless @connection.respond_to?(:send_query_params) # pg before 1.1

      @connection.send_query_params(*said)
      deadline = Clock.now + ANSWER_SECONDS
      while @connection.is_busy
        left = deadline - Clock.now
        answered = left.positive? && IO.select([@connection.socket_io], nil, nil, left)
        raise PG::ConnectionBad, 'the database does not answer' unless answered

        @connection.consume_input
      end
      @connection.get_last_result
    end

    # Back-off with a short first pause: a restarted Postgres is back within a second.
    def recover(error)
      return pause(ELECTION_SECONDS) if error.is_a?(NotElected)

      if error.is_a?(Pooled)
        Log.once(:pooled, 'the database URL leads to a connection pool, where LISTEN is lost: set HEAPDUMP_DATABASE_URL to the direct URL')
        return pause(POOLED_PAUSE_SECONDS)
      end

      Log.once(:database, "no connection to the database, trying on: #{error.class}: #{error.message.lines.first.to_s.strip}")
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
