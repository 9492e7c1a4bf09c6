# frozen_string_literal: true

require_relative 'dump_job'
require_relative 'growth'
require_relative 'history'
require_relative 'line_reader'
require_relative 'process_entry'
require_relative 'tracing'
require_relative 'trim'
require_relative 'watchdog'
require_relative 'worker'

module Heapdump
  # One process of the dyno. It takes orders from the leader (which may be the same process) on a Unix socket: `trace`,
  # `untrace`, `status`, `trim`, `dump` and `cancel`.
  class Member
    ORDER_SECONDS = 1 # the leader writes its order as it connects

    def initialize(rendezvous, configuration)
      @rendezvous = rendezvous
      @configuration = configuration
      entry = ProcessEntry.new(Process.pid)
      @growth = Growth.new(entry)
      @history = History.new(entry, path: rendezvous.history_path(Process.pid))
      @tracing = Tracing.new(Heapdump.traced_from_boot?, @growth)
      @jobs = {}
      @worker = Worker.new('heapdump dump')
      @server = rendezvous.open_socket
    end

    # Waits for one order, up to that many seconds.
    def serve(seconds)
      ready, = IO.select([@server], nil, nil, @tracing.on? ? Tracing::TICK_SECONDS : seconds)
      accept if ready
      Watchdog.look
      @history.look
      @tracing.attend
      @tracing.expire if @jobs.each_value.all?(&:over?)
    end

    def abandon
      @tracing.abandon
    end

    private

    def accept
      socket = Descriptors.own(@server.accept_nonblock)
      order = read_order(socket)
      case order && order['order']
      when 'trace', 'untrace', 'status' then obey(socket, order)
      when 'trim' then trim(socket)
      when 'dump' then dump(socket, order)
      when 'cancel' then cancel(socket, order)
      else Descriptors.close(socket)
      end
    rescue IO::WaitReadable
      nil
    end

    def read_order(socket)
      lines = LineReader.new(socket)
      until lines.ended?
        return nil unless IO.select([socket], nil, nil, ORDER_SECONDS)

        order = lines.read.first
        return order if order
      end
    end

    def obey(socket, order)
      case order['order']
      when 'trace' then @tracing.open(order['seconds'], order['until'], dump_follows: order.fetch('dumpFollows', true))
      when 'untrace' then stop_tracing
      end
      socket.write_nonblock("#{JSON.generate('type' => 'status', 'gcCount' => GC.count, 'tracing' => @tracing.state)}\n")
    rescue SystemCallError, IOError
      nil
    ensure
      Descriptors.close(socket)
    end

    def trim(socket)
      write = proc { |report| socket.write_nonblock("#{JSON.generate(report)}\n") }
      write.call('type' => 'begun')
      write.call(@jobs.each_value.all?(&:over?) ? Trim.new(@worker).call : Trim.refused('busy'))
    rescue SystemCallError, IOError
      nil
    ensure
      Descriptors.close(socket)
    end

    # Keeps the recorded allocation sites while a dump child still reads them.
    def stop_tracing
      @tracing.stop
      @tracing.clear if @jobs.each_value.all?(&:over?)
    end

    def cancel(socket, order)
      @jobs[order['id']]&.cancel
      Descriptors.close(socket)
    end

    # A repeated id (from a new leader) means the same dump.
    def dump(socket, order)
      @jobs.delete_if { |id, job| id != order['id'] && job.over? }
      @jobs[order['id']] ||= DumpJob.new(
        Dump.new(order, configuration: @configuration, tracing: @tracing, growth: @growth, history: @history)
      ).start(@worker)
      @jobs[order['id']].attach(socket)
    rescue ThreadError => error
      event = {'type' => 'failed', 'pid' => Process.pid, 'code' => 'no_fork', 'message' => error.message}
      socket.write_nonblock("#{JSON.generate(event)}\n")
      Descriptors.close(socket)
    end
  end
end
