# frozen_string_literal: true

require 'etc'
require 'json'
require_relative '../heapdump/clock'
require_relative '../heapdump/spare_time'
require_relative 'bucket'
require_relative 'errand'
require_relative 'memory_record'
require_relative 'packers'
require_relative 'silence'
require_relative 'upload'
require_relative 'webhook'

module Heapdump
  # Moves a dump from the pipe to the bucket. Completes the upload only when the dumping process says so: a killed dump
  # child looks like a normal end of stream, and half a dump must never appear as an object.
  class Uploader
    # The dumping process discarded the dump, or is gone.
    class Discarded < StandardError; end
    # The stream ended in the middle of a line, although the child reported success.
    class Incomplete < StandardError; end

    BLOCK_BYTES = 256 * 1024
    REPORT_SECONDS = 0.5
    FULL_SECONDS = 0.05 # between two looks whether the bucket has taken a part
    LINE_END = "}\n".b # a child that was killed, or lost its last buffer, leaves a partial line
    MEMORY_BYTES = 512 << 20 # several times what it needs; also bounds HTTP headers, for which Net::HTTP has no limit

    # patience: seconds without a byte from the dump child.
    def initialize(input:, orders:, memory:, reports:, patience: Silence::SECONDS)
      @patience = patience
      @input = input.binmode
      @orders = orders
      @memory_parts = memory.binmode
      @reports = reports
      @reported_at = 0
      @block = ''.b
      @last = ''.b # bytes of the dump
      @ended = false
      @packers = @upload = @verdict = nil
    end

    def run
      yield_to_app
      order = JSON.parse(@orders.gets || raise(Discarded))
      limit_memory(order['waitingBytes'].to_i)
      return report(Webhook.new(order['post']).deliver) if order['post']

      @stem = order['stem']
      @bucket = Bucket.new(order['storage'])
      return abort_upload(order['abort']) if order['abort']
      return report(Errand.run(@bucket, order['errand'])) if order['errand']

      @redacts = order['redact']
      @packers = Packers.new(Etc.nprocessors, [@input, @orders, @memory_parts, @reports], redact: @redacts, spare_time: order['spareTime'])
      @memory = MemoryRecord.new(@memory_parts)
      @upload = Upload.new(@bucket, "#{@stem}.json.gz", order['waitingBytes'].to_i) { |id| report('type' => 'begun', 'uploadId' => id) }
      report('type' => 'ready')
      SpareTime.patiently if order['spareTime']
      copy
      store
    rescue Discarded
      give_up('type' => 'discarded')
    rescue Silence
      give_up('type' => 'discarded', 'message' => "the dump child hung: it wrote nothing for #{Silence::SECONDS} s")
    rescue Incomplete
      give_up('type' => 'discarded', 'message' => 'the dump breaks off in the middle of a line')
    rescue Bucket::Refused => error
      give_up('type' => 'failed', 'message' => error.message)
    rescue StandardError, NoMemoryError => error
      # Without the error's message, which could show contents of this object.
      give_up('type' => 'failed', 'message' => "the uploader failed: #{error.class} at #{error.backtrace&.first.to_s[/[^\/]+\z/]}")
    end

    private

    # The app has priority for CPU, and the OOM killer should take this process first. A stopping dyno sends SIGTERM to
    # every process: abort the upload.
    def yield_to_app
      Process.setpriority(Process::PRIO_PROCESS, 0, 19)
      File.write('/proc/self/oom_score_adj', '1000') if File.writable?('/proc/self/oom_score_adj')
      main = Thread.current
      %w[TERM INT].each { |name| Signal.trap(name) { main.raise(Discarded) } }
    end

    # What may wait for the bucket depends on the app's memory, see Dump.
    def limit_memory(waiting_bytes)
      Process.setrlimit(:DATA, addresses + MEMORY_BYTES + (2 * waiting_bytes))
    rescue SystemCallError, ArgumentError
      nil # this system has no such limit
    end

    # Address space that counts towards that limit from the start: Ruby 3.3 reserves 424 MB for shapes, and hangs
    # forever when the kernel refuses it a thread.
    def addresses
      File.read('/proc/self/status')[/^VmData:\s+(\d+) kB/, 1].to_i * 1024
    end

    # Aborts the upload of another uploader that was killed.
    def abort_upload(id)
      @bucket.abort_upload("#{@stem}.json.gz", id)
      report('type' => 'discarded')
    end

    def copy
      @upload.write(Packers::HEADER)
      @heard_at = Clock.now
      turn until @packers.done?
      @upload.write(@packers.trailer)
      @packers.close
    end

    # Moves what can be moved. Also watches the orders: if the dumping process is gone, its child's dump is useless.
    def turn
      full = @upload.full?
      reads = !@ended && @packers.hungry?
      sources = [@verdict ? nil : @orders, reads ? @input : nil].compact + (full ? [] : @packers.readable)
      readable, writable = IO.select(sources, @packers.writable, nil, full ? FULL_SECONDS : REPORT_SECONDS) || [[], []]
      take_verdict if readable.include?(@orders)
      @packers.move(readable, writable) { |packed| @upload.write(packed) }
      @heard_at = Clock.now unless reads
      take if readable.include?(@input)
      raise Silence if Clock.now - @heard_at > @patience

      report_progress
    end

    def take
      block = @input.read_nonblock(BLOCK_BYTES, @block)
      @heard_at = Clock.now
      @last << (block.byteslice(-LINE_END.bytesize, LINE_END.bytesize) || block)
      @last.slice!(0, [@last.bytesize - LINE_END.bytesize, 0].max)
      @packers.add(block)
    rescue EOFError
      @ended = true
      @packers.finish
    end

    def take_verdict
      line = @orders.gets
      @verdict = line && JSON.parse(line)
      raise Discarded unless @verdict && @verdict['verdict'] == 'keep'
    end

    # A child that has written everything only needs to report that and exit.
    def await_verdict
      return if @verdict
      raise Silence unless IO.select([@orders], nil, nil, Silence::SECONDS)

      take_verdict
    end

    def store
      await_verdict
      raise Incomplete unless @last == LINE_END

      @upload.close
      # Whoever interrupts a request that completes an upload does not know if the object exists.
      Thread.handle_interrupt(Discarded => :never) do
        @upload.complete
        report('type' => 'stored', 'key' => "#{@stem}.json.gz", 'bytes' => @packers.bytes, 'storedBytes' => @upload.stored_bytes,
               'objects' => @packers.objects, 'factsMissing' => !store_facts)
      end
    end

    # The dump in the bucket is complete, with or without it. → its numbers for the facts
    def store_memory
      record = @memory.finish
      @bucket.put("#{@stem}.memory.json.gz", MemoryRecord.compress(record), Upload::CONTENT_TYPE)
      MemoryRecord.facts(record)
    rescue StandardError, NoMemoryError
      {}
    end

    # Without its facts, the dump is still listed.
    def store_facts
      facts = {'bytes' => @packers.bytes, 'objects' => @packers.objects, 'redacted' => @redacts ? 1 : 0}.merge(@verdict['facts'], store_memory)
      values = facts.transform_values { |value| value.is_a?(String) ? value.gsub(/[^A-Za-z0-9._-]/, '_') : value }
      names = values.reject { |_, value| value.is_a?(Hash) }.map { |name, value| "#{name}=#{value}" }
      @bucket.put("#{@stem},#{names.join(',')}.facts", JSON.generate(values), 'application/json')
    rescue Bucket::Refused
      nil
    end

    def give_up(report)
      %w[TERM INT].each { |name| Signal.trap(name, 'IGNORE') }
      @packers&.close
      @upload&.abort
      report(report)
    rescue Bucket::Refused => error
      report(report.merge('message' => "#{report['message']} (and an unfinished upload remains in the bucket: #{error.message})".strip))
    end

    def report_progress
      now = Clock.now
      return if now - @reported_at < REPORT_SECONDS

      @reported_at = now
      report('type' => 'uploading', 'bytes' => @packers.bytes, 'storedBytes' => @upload.stored_bytes, 'objects' => @packers.objects)
    end

    def report(message)
      @reports.write("#{JSON.generate(message)}\n")
    rescue Errno::EPIPE
      nil # the reader is gone; finish the work anyway
    end
  end
end
