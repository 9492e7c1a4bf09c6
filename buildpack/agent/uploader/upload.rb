# frozen_string_literal: true

require 'zlib'

module Heapdump
  # A gzip stream on its way to one object: in a single PUT while it is small, in parts as soon as there is enough for one. Nothing is
  # an object before `complete`.
  class Upload
    # Not wanted any more.
    class Stopped < StandardError; end

    PART_BYTES = 5 * 1024 * 1024 # the least S3 takes; 10,000 of them are 50 GB compressed
    CONTENT_TYPE = 'application/gzip'
    WAITING_BLOCKS = 2
    LEVEL = 1 # 140 MB/s where level 6 does 40; the app is waiting for its memory

    attr_reader :stored_bytes

    # Yields the id of a multipart upload when one has begun.
    def initialize(bucket, key, &begun)
      @begun = begun
      @bucket = bucket
      @key = key
      @deflate = Zlib::Deflate.new(LEVEL, Zlib::MAX_WBITS + 16) # + 16: with gzip's header and checksum
      @buffer = String.new(capacity: PART_BYTES + (1 << 20), encoding: Encoding::BINARY)
      @stored_bytes = 0
      @etags = []
      @upload_id = nil
      @blocks = SizedQueue.new(WAITING_BLOCKS)
      @thread = Thread.new { work }
      @thread.report_on_exception = false
    end

    # The block is not the caller's any more.
    def write(block)
      @blocks << block
    rescue ClosedQueueError
      @thread.join # raises what ended it
    end

    def complete
      @blocks.close
      @thread.join
      return @bucket.put(@key, @buffer, CONTENT_TYPE) unless @upload_id

      send_part(@buffer) unless @buffer.empty?
      @bucket.complete_upload(@key, @upload_id, @etags)
      @upload_id = nil
    end

    def abort
      stop
      return unless @upload_id

      @bucket.abort_upload(@key, @upload_id)
      @upload_id = nil
    end

    private

    # In a thread of its own: while zlib or the network is at work, the next block is redacted on another core.
    def work
      while (block = @blocks.pop)
        keep(@deflate.deflate(block))
      end
      keep(@deflate.finish)
    ensure
      @deflate.close # or Ruby 2.7 complains of it as it ends
      @blocks.close
    end

    def stop
      @thread.raise(Stopped)
      @thread.join
    rescue StandardError
      nil # stopped, or ended by what is known already
    end

    def keep(compressed)
      @stored_bytes += compressed.bytesize
      @buffer << compressed
      return if @buffer.bytesize < PART_BYTES

      begin_upload unless @upload_id
      send_part(@buffer)
      @buffer.clear
    end

    # Not to be interrupted: an upload whose id nobody has heard stays in the bucket for ever.
    def begin_upload
      Thread.handle_interrupt(StandardError => :never) do
        @upload_id = @bucket.begin_upload(@key, CONTENT_TYPE)
        @begun.call(@upload_id)
      end
    end

    def send_part(body)
      @etags << @bucket.put_part(@key, @upload_id, @etags.size + 1, body)
    end
  end
end
