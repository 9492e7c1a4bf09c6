# frozen_string_literal: true

require_relative 'cancellation'
require_relative 'clock'
require_relative 'dump_child'
require_relative 'memory_check'
require_relative 'own_mappings'
require_relative 'process_entry'
require_relative 'spare_time'
require_relative 'starvation'
require_relative 'thread_stack'
require_relative 'uploader_process'

module Heapdump
  # One dump of this process, from the start of the uploader to the object in the bucket. Yields the events of
  # docs/protocol.md, without their envelope; the last one is `finished` or `failed`.
  class Dump
    # A dump is two to three times the size of the process, and compresses to a tenth. So a quarter of it may wait until the
    # bucket has taken what came before.
    WAITING_SHARE = 16
    LOOK_SECONDS = 5
    CANCEL_SECONDS = 10 # for the uploader to abort its upload; then it is killed, and another process does so
    CANCELLED = 'cancelled on request'
    HANG_SECONDS = 800 # without a report; the uploader tries each part five times, for two minutes at most

    # order: {'id', 'dyno', 'redact', 'force', 'quotaBytes', 'by'}, from the leader.
    def initialize(order, configuration:, tracing:, growth:, history:)
      @order = order
      @configuration = configuration
      @tracing = tracing
      @growth = growth
      @history = history
      @entry = ProcessEntry.new(Process.pid)
      time = Time.now.utc.strftime('%Y%m%dT%H%M%SZ')
      @child = @child_ended = @uploader = @upload_id = @failure = @limit = @starvation = nil
      @over = false
      @spare_time = Starvation.measurable?
      @cancellation = Cancellation.new
      @cancel_by = nil
      @stem = "heapdump/v1/#{time}-#{order['dyno']}-#{Process.pid}-#{order['id']}"
    end

    # Callable from any thread. A dump that is already complete is stored nevertheless.
    def cancel
      @cancellation.request
    end

    def run(&report)
      @report = report
      @cancellation.open
      @started = Clock.now
      @growth.begin
      perform
    rescue Errno::EAGAIN, Errno::ENOMEM, Errno::EMFILE, Errno::ENFILE, ThreadError => error
      failed('no_fork', "#{error.class}: no process could be started")
    rescue StandardError => error
      failed('internal', Log.describe(error))
    ensure
      @child&.kill
      @uploader&.close
      ThreadStack.release
      @tracing.stop
      @tracing.clear
      @growth.end(dumped: !@child.nil?)
      @cancellation.close
    end

    private

    # Starts the uploader first: once it is ready, the child never waits for a reader, and lives as briefly as possible.
    def perform
      memory_check = MemoryCheck.new(quota: quota)
      @limit = memory_check.limit
      refusal = @order['force'] ? nil : memory_check.refusal(@entry.rss_bytes, waiting_bytes)
      return event('failed', {'code' => 'no_room'}.merge(refusal)) if refusal

      start_uploader
      watch
    end

    def start_uploader
      @uploader = UploaderProcess.new(upload_order)
      @heard_at = Clock.now
    end

    def quota
      [@order['quotaBytes'], @configuration.memory_quota].compact.min
    end

    def watch
      until @over
        watched = [@uploader.reports]
        watched << @child.ending if @child && !@child_ended
        watched << @cancellation.io unless @cancel_by
        ready, = IO.select(watched, nil, nil, LOOK_SECONDS)
        return uploader_hung if Clock.now - @heard_at > HANG_SECONDS || (@cancel_by && Clock.now > @cancel_by)
        next call_off if @cancellation.requested? && !@cancel_by
        next start_over if @child && !@child_ended && @starvation&.found?
        next unless ready

        judge if @child && ready.include?(@child.ending)
        @child.running? if @child_ended # leaves no zombie until the upload is done
        listen if ready.include?(@uploader.reports)
        uploader_died if @uploader.ended? && !@over
      end
    end

    def listen
      @heard_at = Clock.now
      @uploader.read.each { |report| handle(report) unless @over }
    end

    def handle(report)
      case report['type']
      when 'ready' then fork_child unless @cancel_by
      when 'begun' then @upload_id = report['uploadId']
      when 'uploading' then event('uploading', report.slice('bytes', 'storedBytes', 'objects'))
      when 'stored' then finished(report)
      when 'discarded' then failed('dump_failed', report['message'] || @failure || 'discarded')
      when 'failed' then failed('upload_failed', report['message'])
      end
    end

    def fork_child
      @facts = facts
      OwnMappings.tell(@uploader.memory)
      ThreadStack.save
      @child = DumpChild.new(@uploader.input, memory: @uploader.memory, spare_time: @spare_time)
      @starvation = @spare_time ? Starvation.new(@child.pid) : nil
      ThreadStack.release
      @tracing.stop
      @facts['stall'] = @child.pause_ms.ceil
      event('dumping', 'rssBytes' => @facts['rss'], 'stallMs' => @child.pause_ms, 'liveSlots' => @facts['gc'][:heap_live_slots])
    end

    # A process cannot leave its spare time, so a busy dyno gets a second fork, which competes for the CPU as any niced
    # process does.
    def start_over
      @child.kill
      kill_uploader
      close_uploader
      @child = @upload_id = nil
      @spare_time = false
      start_uploader
    end

    # The uploader reports the end: `discarded`, or `stored` if it was completing the upload.
    def call_off
      @cancel_by = Clock.now + CANCEL_SECONDS
      @child.kill if @child && !@child_ended
      @child_ended = !@child.nil?
      @failure = CANCELLED
      @uploader.stop
    end

    # To the uploader, a killed child looks like a normal end of stream, so it completes nothing until told to.
    def judge
      @failure = @child.failure
      @child_ended = true
      @failure ? @uploader.discard : @uploader.keep(@facts)
    end

    def uploader_hung
      kill_uploader
      uploader_died
    end

    # It may have begun its upload a moment ago: that is one of its last reports.
    def kill_uploader
      @uploader.kill
      until @uploader.ended?
        @uploader.read.each { |report| @upload_id = report['uploadId'] if report['type'] == 'begun' }
        break unless IO.select([@uploader.reports], nil, nil, LOOK_SECONDS)
      end
    end

    def uploader_died
      how = close_uploader
      failed('upload_failed', @cancel_by ? CANCELLED : "the uploader #{how}")
    end

    # → how it ended, for a message
    def close_uploader
      how = @uploader.close
      UploaderProcess.abort_upload(upload_order, @upload_id) if @upload_id
      how
    end

    def finished(report)
      event('finished', report.slice('key', 'bytes', 'storedBytes', 'objects').merge(
                          'stallMs' => @child.pause_ms, 'seconds' => (Clock.now - @started).round(1)
                        ))
      @over = true
    end

    def failed(code, message)
      event('failed', 'code' => @cancel_by ? 'cancelled' : code, 'message' => message.to_s.scrub[0, 500])
      @over = true
    end

    def event(type, fields)
      @report.call({'type' => type, 'pid' => Process.pid}.merge(fields))
    end

    def upload_order
      {
        'stem' => @stem, 'storage' => @configuration.storage.to_h, 'redact' => @order['redact'],
        'waitingBytes' => waiting_bytes, 'spareTime' => @spare_time
      }
    end

    def waiting_bytes
      @entry.rss_bytes / WAITING_SHARE
    end

    # The facts that only this process knows; the uploader adds bytes, objects and redacted.
    def facts
      rss = @entry.rss_bytes
      {
        'rss' => rss, 'traced' => @tracing.fact, 'ruby' => RUBY_VERSION,
        'release' => @configuration.release, 'process' => @entry.name, 'by' => @order['by'], 'gc' => GC.stat,
        'quota' => @limit&.limit, 'used' => @limit&.used
      }.merge(@growth.facts(rss), @history.facts(tracing: @tracing.began_at_gc)).compact
    end
  end
end
