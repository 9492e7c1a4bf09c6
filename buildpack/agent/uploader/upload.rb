# frozen_string_literal: true

require 'zlib'

module Heapdump
  # Uploads a gzip stream to one object: with a single PUT if it is small, in parts as soon as there is enough for one.
  # The object appears only with `complete`.
  class Upload
    # The upload was aborted.
    class Stopped < StandardError; end

    PART_BYTES = 5 * 1024 * 1024 # S3's minimum; the maximum of 10,000 parts makes 50 GB compressed
    CONTENT_TYPE = 'application/gzip'
    WAITING_BLOCKS = 2
    LEVEL = 1 # 140 MB/s, against 40 with level 6; the dump holds the app's memory

    attr_reader :stored_bytes

    # Yields the id of the multipart upload when one starts.
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

    # Takes ownership of the block.
    def write(block)
      @blocks << block
    rescue ClosedQueueError
      @thread.join # raises what ended it
    end

    # Waits until everything but the last part is sent.
    def close
      @blocks.close
      @thread.join
    end

    # Call `close` first.
    def complete
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

    # Runs in its own thread: while zlib or the network is busy, another core redacts the next block.
    def work
      while (block = @blocks.pop)
        keep(@deflate.deflate(block))
      end
      keep(@deflate.finish)
    ensure
      @deflate.close # otherwise Ruby 2.7 warns about it at exit
      @blocks.close
    end

    def stop
      @thread.raise(Stopped)
      @thread.join
    rescue StandardError
      nil # stopped, or ended by an error that was reported before
    end

    def keep(compressed)
      @stored_bytes += compressed.bytesize
      @buffer << compressed
      return if @buffer.bytesize < PART_BYTES

      begin_upload unless @upload_id
      send_part(@buffer)
      @buffer.clear
    end

    # Must not be interrupted: an upload whose id was never reported would stay in the bucket forever.
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
