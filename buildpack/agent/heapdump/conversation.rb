# frozen_string_literal: true

require_relative 'clock'
require_relative 'line_reader'
require_relative 'process_entry'
require_relative 'progress'
require_relative 'selection'
require_relative 'version'

module Heapdump
  # One request, from `accepted` to `done`: asks the dyno's processes for their dumps, one at a time, and forwards their
  # events. Runs in its own thread, so that the listener can answer `busy` meanwhile.
  class Conversation
    ALIVE_SECONDS = 5
    ENDING_SECONDS = 2
    SILENCE_SECONDS = 900 # even while S3 is retried, an uploader reports sooner; must exceed Dump::HANG_SECONDS

    def self.event(request, type, fields = {})
      {'v' => 1, 'type' => type, 'id' => request.id, 'dyno' => request.dyno}.merge(fields)
    end

    def initialize(request, rendezvous, listener, ledger, redact)
      @request = request
      @rendezvous = rendezvous
      @listener = listener
      @ledger = ledger
      @redact = redact
      @progress = Progress.new
      @mutex = Mutex.new
      @woken = ConditionVariable.new
      @cancelled = @over = false
      @dumping = nil
      @posted_at = Clock.now
    end

    def id
      @request.id
    end

    # Ends it soon, with `failed` for each process without a stored dump. Callable from any thread, as are `over?` and
    # `replay`.
    def cancel
      @ledger.cancel
      @mutex.synchronize do
        @cancelled = true
        @woken.broadcast
      end
      cancel_dump(@dumping)
    end

    # Waits for its end, for some seconds.
    def over?(seconds)
      deadline = Clock.now + seconds
      @mutex.synchronize do
        while !@over && (left = deadline - Clock.now).positive?
          @woken.wait(@mutex, left)
        end
      end
      @over
    end

    # Yields its events so far.
    def replay(&block)
      @progress.replay(&block)
    end

    def begin
      guarded do
        entries = Selection.of(@request, @rendezvous.members)
        accepted = event('accepted', 'at' => Time.now.to_i, 'agent' => VERSION, 'ruby' => RUBY_VERSION, 'redacted' => @redact,
                                     'processes' => entries.map { |entry| describe(entry) })
        @ledger.remember(@request, accepted)
        @ledger.begin(@request, entries.map(&:pid))
        post(accepted)
        open_tracing(entries.map(&:pid)) if @request.trace_seconds.positive?
        dump_all
      end
    end

    # The leader that started it is dead. The CLI may receive some events twice.
    def resume
      current = @ledger.current
      tracing = event('tracing', 'until' => current['until']) if current['until']
      @progress = Progress.new([@ledger.answer(id), tracing, *current['outcomes'].values].compact)
      @cancelled = current['cancelled'] == true
      guarded do
        post(event('alive'))
        dump_all
      end
    end

    private

    def guarded
      yield
    rescue StandardError => error
      post(event('failed', 'pid' => nil, 'code' => 'internal', 'message' => Log.describe(error)))
    ensure
      @ledger.finish
      @mutex.synchronize do
        @over = true
        @woken.broadcast
      end
    end

    def describe(entry)
      {'pid' => entry.pid, 'process' => entry.name, 'rssBytes' => entry.rss_bytes}
    end

    def open_tracing(pids)
      ends_at = Time.now.to_i + @request.trace_seconds
      @ledger.tracing(ends_at)
      pids.each { |pid| order(pid, 'order' => 'trace', 'seconds' => @request.trace_seconds, 'until' => ends_at) { |_| nil } }
      post(event('tracing', 'until' => ends_at))
    end

    def dump_all
      current = @ledger.current
      wait_until(current['until']) if current['until']
      (current['processes'] - current['outcomes'].keys.map(&:to_i)).each { |pid| dump(pid) }
      counts = @ledger.current['outcomes'].values.map { |outcome| outcome['type'] }.tally
      post(event('done', 'finished' => counts.fetch('finished', 0), 'failed' => counts.fetch('failed', 0)))
    end

    def dump(pid)
      return skip(pid) if @cancelled

      @dumping = pid
      outcome = nil
      order(pid, {'order' => 'dump'}.merge(@request.dump_order(@redact))) do |report|
        report = event(report['type'], report)
        outcome = report if %w[finished failed].include?(report['type'])
        post(report)
      end
      @ledger.outcome(pid, outcome || post(event('failed', missing(pid))))
    ensure
      @dumping = nil
    end

    # Has no effect if the process has no such dump.
    def cancel_dump(pid)
      tell(pid, 'order' => 'cancel', 'id' => id) if pid
    end

    # Cancelled before its turn.
    def skip(pid)
      tell(pid, 'order' => 'untrace') if @request.trace_seconds.positive?
      @ledger.outcome(pid, post(event('failed', 'pid' => pid, 'code' => 'cancelled', 'message' => 'cancelled before it was dumped')))
    end

    # No final event: the process is dead, or (which should not happen) alive and silent. A killed process closes its
    # socket before it is gone, because the kernel frees its memory first.
    def missing(pid)
      deadline = Clock.now + ENDING_SECONDS
      sleep(0.02) while ProcessEntry.new(pid).alive? && Clock.now < deadline
      if ProcessEntry.new(pid).alive?
        return {'pid' => pid, 'code' => 'internal', 'message' => 'the process stopped reporting; its log may say why'}
      end

      {'pid' => pid, 'code' => 'process_gone', 'message' => 'the process ended before its dump was stored'}
    end

    # Sends an order to a process and yields its reports until it closes the socket.
    def order(pid, message)
      socket = @rendezvous.connect(pid)
      socket.write("#{JSON.generate(message)}\n")
      cancel_dump(@dumping) if @cancelled # in the meantime, so that `cancel` may have come before the order
      lines = LineReader.new(socket)
      heard_at = Clock.now
      until lines.ended? || Clock.now - heard_at > SILENCE_SECONDS
        next stay_alive unless IO.select([socket], nil, nil, until_alive)

        heard_at = Clock.now
        lines.read.each { |report| yield report }
      end
    rescue SystemCallError
      nil # the process is gone; the caller finds out
    ensure
      Descriptors.close(socket) if socket
    end

    # Nobody waits for the answer.
    def tell(pid, message)
      socket = @rendezvous.connect(pid)
      socket.write("#{JSON.generate(message)}\n")
    rescue SystemCallError
      nil # the process is gone
    ensure
      Descriptors.close(socket) if socket
    end

    # Or until cancelled.
    def wait_until(time)
      while !@cancelled && (left = time - Time.now.to_f).positive?
        @mutex.synchronize { @woken.wait(@mutex, [left, until_alive].min) unless @cancelled }
        stay_alive
      end
    end

    def until_alive
      [ALIVE_SECONDS - (Clock.now - @posted_at), 0.01].max
    end

    def stay_alive
      post(event('alive')) if Clock.now - @posted_at >= ALIVE_SECONDS
    end

    def event(type, fields = {})
      self.class.event(@request, type, fields)
    end

    # → the event
    def post(event)
      @posted_at = Clock.now
      @progress.add(event) { @listener.post(event) }
      event
    end
  end
end
