# frozen_string_literal: true

require 'json'
require_relative '../heapdump/clock'
require_relative 'bucket'
require_relative 'errand'
require_relative 'record_counter'
require_relative 'redactor'
require_relative 'silence'
require_relative 'spool'
require_relative 'upload'

module Heapdump
  # From the pipe to the bucket. Completes the upload only on the word of the process that dumps: a killed dump child looks like a
  # normal end of the stream, and half a dump must never appear as an object.
  class Uploader
    # The dump is not wanted, or nobody is left who wants it.
    class Discarded < StandardError; end
    # The stream ended in the middle of a line, although the child had nothing to complain about.
    class Incomplete < StandardError; end

    BLOCK_BYTES = 256 * 1024
    REPORT_SECONDS = 0.5
    MEMORY_BYTES = 512 << 20 # several times what it needs. Headers, of which HTTP has no limit, end here

    def initialize(input:, orders:, reports:)
      @input = input.binmode
      @orders = orders
      @reports = reports
      @counter = RecordCounter.new
      @reported_at = 0
      @redactor = @spool = @upload = @verdict = nil
    end

    def run
      be_humble
      order = JSON.parse(@orders.gets || raise(Discarded))
      be_modest(order['spoolBytes'].to_i)
      @stem = order['stem']
      @bucket = Bucket.new(order['storage'])
      return abort_upload(order['abort']) if order['abort']
      return report(Errand.run(@bucket, order['errand'])) if order['errand']

      if order['redact']
        @redactor = Redactor.new
        @spool = Spool.new(@input, order['spoolBytes'], [@orders, @reports])
      end
      @upload = Upload.new(@bucket, "#{@stem}.json.gz") { |id| report('type' => 'begun', 'uploadId' => id) }
      report('type' => 'ready')
      copy
      store
    rescue Discarded
      give_up('type' => 'discarded')
    rescue Silence
      give_up('type' => 'discarded', 'message' => "the dumping child hung: it wrote nothing for #{Silence::SECONDS} s")
    rescue Incomplete
      give_up('type' => 'discarded', 'message' => 'the dump breaks off in the middle of a line')
    rescue Bucket::Refused => error
      give_up('type' => 'failed', 'message' => error.message)
    rescue StandardError, NoMemoryError => error
      # Its message could show what this object holds.
      give_up('type' => 'failed', 'message' => "the uploader failed: #{error.class} at #{error.backtrace&.first.to_s[/[^\/]+\z/]}")
    end

    private

    # The app comes first: in CPU, and when memory runs out. A stopping dyno sends SIGTERM to every process: leave nothing half done.
    def be_humble
      Process.setpriority(Process::PRIO_PROCESS, 0, 19)
      File.write('/proc/self/oom_score_adj', '1000') if File.writable?('/proc/self/oom_score_adj')
      main = Thread.current
      %w[TERM INT].each { |name| Signal.trap(name) { main.raise(Discarded) } }
    end

    # What waits in the spool is a part of the app's memory, see Dump.
    def be_modest(spool_bytes)
      Process.setrlimit(:DATA, addresses + MEMORY_BYTES + (2 * spool_bytes))
    rescue SystemCallError, ArgumentError
      nil # a system without such a limit
    end

    # What counts towards that limit from the start: Ruby 3.3 sets 424 MB of addresses aside for shapes, and stops for good
    # when it is refused a thread.
    def addresses
      File.read('/proc/self/status')[/^VmData:\s+(\d+) kB/, 1].to_i * 1024
    end

    # Another uploader was killed in the middle of its work.
    def abort_upload(id)
      @bucket.abort_upload("#{@stem}.json.gz", id)
      report('type' => 'discarded')
    end

    def copy
      while (block = read)
        keep(@redactor ? @redactor.add(block) : block)
        report_progress
      end
      @spool&.close
      keep(@redactor.finish) if @redactor
      @objects = @counter.finish
    end

    # Past this point nothing is changed any more: what is counted is what is stored.
    def keep(text)
      @counter.add(text)
      @upload.write(text)
    end

    # The orders are watched too: if the dumping process is gone, its child is of no use any more.
    def read
      source = @spool || @input
      waits_since = Clock.now
      loop do
        ready, = IO.select([source, @verdict ? nil : @orders].compact, nil, nil, REPORT_SECONDS)
        unless ready
          raise Silence if @spool.nil? && Clock.now - waits_since > Silence::SECONDS

          next report_progress
        end

        take_verdict if ready.include?(@orders)
        return @spool ? @spool.take : @input.read_nonblock(BLOCK_BYTES) if ready.include?(source)
      end
    rescue EOFError
      nil
    end

    def take_verdict
      line = @orders.gets
      @verdict = line && JSON.parse(line)
      raise Discarded unless @verdict && @verdict['verdict'] == 'keep'
    end

    # A child that has written all of it has only to say so, and to end.
    def await_verdict
      return if @verdict
      raise Silence unless IO.select([@orders], nil, nil, Silence::SECONDS)

      take_verdict
    end

    def store
      await_verdict
      raise Incomplete unless @counter.whole?

      @upload.complete
      report('type' => 'stored', 'key' => "#{@stem}.json.gz", 'bytes' => @counter.bytes, 'storedBytes' => @upload.stored_bytes,
             'objects' => @objects, 'factsMissing' => !store_facts)
    end

    # The dump is in the bucket and whole; without its facts it is listed all the same.
    def store_facts
      facts = {'bytes' => @counter.bytes, 'objects' => @objects, 'redacted' => @redactor ? 1 : 0}.merge(@verdict['facts'])
      values = facts.transform_values { |value| value.is_a?(String) ? value.gsub(/[^A-Za-z0-9._-]/, '_') : value }
      names = values.reject { |_, value| value.is_a?(Hash) }.map { |name, value| "#{name}=#{value}" }
      @bucket.put("#{@stem},#{names.join(',')}.facts", JSON.generate(values), 'application/json')
    rescue Bucket::Refused
      nil
    end

    def give_up(report)
      %w[TERM INT].each { |name| Signal.trap(name, 'IGNORE') }
      @spool&.close
      @upload&.abort
      report(report)
    rescue Bucket::Refused => error
      report(report.merge('message' => "#{report['message']} (and an unfinished upload is left in the bucket: #{error.message})".strip))
    end

    def report_progress
      now = Clock.now
      return if now - @reported_at < REPORT_SECONDS

      @reported_at = now
      report('type' => 'uploading', 'bytes' => @counter.bytes, 'storedBytes' => @upload.stored_bytes)
    end

    def report(message)
      @reports.write("#{JSON.generate(message)}\n")
    rescue Errno::EPIPE
      nil # nobody listens any more; what is to be done is done all the same
    end
  end
end
