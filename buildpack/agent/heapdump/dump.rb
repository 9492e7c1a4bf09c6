# frozen_string_literal: true

require_relative 'clock'
require_relative 'dump_child'
require_relative 'process_entry'
require_relative 'room'
require_relative 'thread_stack'
require_relative 'uploader_process'

module Heapdump
  # One dump of this process, from the uploader's start to the object in the bucket. Yields events as docs/protocol.md has them,
  # without their envelope; the last one is `finished` or `failed`.
  class Dump
    SPOOL_SHARE = 8 # of the process's memory, for what is not redacted yet: a dump of it is two to three times as large, and a tenth of that compressed
    HANG_SECONDS = 800 # without a word of the uploader's, which tries to send a part five times, for two minutes at most

    # order: {'id', 'dyno', 'redact', 'force', 'quotaBytes', 'by'}, as the leader sends it.
    def initialize(order, configuration:, tracing:, growth:, history:)
      @order = order
      @configuration = configuration
      @tracing = tracing
      @growth = growth
      @history = history
      @entry = ProcessEntry.new(Process.pid)
      time = Time.now.utc.strftime('%Y%m%dT%H%M%SZ')
      @child = @child_ended = @uploader = @upload_id = @failure = @limit = nil
      @over = false
      @stem = "heapdump/v1/#{time}-#{order['dyno']}-#{Process.pid}-#{order['id']}"
    end

    def run(&report)
      @report = report
      @started = Clock.now
      @growth.begin
      perform
    rescue Errno::EAGAIN, Errno::ENOMEM, Errno::EMFILE, Errno::ENFILE, ThreadError => error
      failed('no_fork', "#{error.class}: no process could be started")
    rescue StandardError => error
      failed('internal', Log.describe(error))
    ensure
      @child&.kill unless @child_ended
      @uploader&.close
      ThreadStack.release
      @tracing.stop
      @tracing.clear
      @growth.end(dumped: !@child.nil?)
    end

    private

    # The uploader first: once it answers, the child has somebody to write to, and lives as short as can be.
    def perform
      room = Room.new(quota: quota)
      @limit = room.limit
      refusal = @order['force'] ? nil : room.refusal(@entry.rss_bytes, spool_bytes)
      return event('failed', {'code' => 'no_room'}.merge(refusal)) if refusal

      @uploader = UploaderProcess.new(upload_order)
      @heard_at = Clock.now
      watch
    end

    def quota
      [@order['quotaBytes'], @configuration.memory_quota].compact.min
    end

    def watch
      until @over
        watched = [@uploader.reports]
        watched << @child.ending if @child && !@child_ended
        ready, = IO.select(watched, nil, nil, HANG_SECONDS)
        return uploader_hung if Clock.now - @heard_at > HANG_SECONDS
        next unless ready

        judge if @child && ready.include?(@child.ending)
        listen if ready.include?(@uploader.reports)
        uploader_died if @uploader.ended? && !@over
      end
    end

    def listen
      @heard_at = Clock.now
      @uploader.read.each { |report| heed(report) }
    end

    def heed(report)
      case report['type']
      when 'ready' then fork_child
      when 'begun' then @upload_id = report['uploadId']
      when 'uploading' then event('uploading', report.slice('bytes', 'storedBytes'))
      when 'stored' then finished(report)
      when 'discarded' then failed('dump_failed', report['message'] || @failure || 'discarded')
      when 'failed' then failed('upload_failed', report['message'])
      end
    end

    def fork_child
      @facts = facts
      ThreadStack.save
      @child = DumpChild.new(@uploader.input)
      ThreadStack.release
      @tracing.stop
      @facts['stall'] = @child.stall_ms.ceil
      event('dumping', 'rssBytes' => @facts['rss'], 'stallMs' => @child.stall_ms)
    end

    # A killed child looks like a normal end of the stream to the uploader: it keeps nothing until it is told to.
    def judge
      @failure = @child.failure
      @child_ended = true
      @failure ? @uploader.discard : @uploader.keep(@facts)
    end

    def uploader_hung
      @uploader.kill
      uploader_died
    end

    def uploader_died
      how = @uploader.close
      UploaderProcess.abort_upload(upload_order, @upload_id) if @upload_id
      failed('upload_failed', "the uploader #{how}")
    end

    def finished(report)
      event('finished', report.slice('key', 'bytes', 'storedBytes', 'objects').merge(
                          'stallMs' => @child.stall_ms, 'seconds' => (Clock.now - @started).round(1)
                        ))
      @over = true
    end

    def failed(code, message)
      event('failed', 'code' => code, 'message' => message.to_s.scrub[0, 500])
      @over = true
    end

    def event(type, fields)
      @report.call({'type' => type, 'pid' => Process.pid}.merge(fields))
    end

    def upload_order
      {'stem' => @stem, 'storage' => @configuration.storage.to_h, 'redact' => @order['redact'], 'spoolBytes' => spool_bytes}
    end

    def spool_bytes
      @order['redact'] ? @entry.rss_bytes / SPOOL_SHARE : 0
    end

    # What only this process knows; the uploader adds bytes, objects, and whether it redacted them.
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
