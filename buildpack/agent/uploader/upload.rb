# frozen_string_literal: true

module Heapdump
  # Uploads a gzip stream to one object: with a single PUT if it is small, in parts as soon as there is enough for one.
  # The object appears only with `complete`. Parts wait in memory until the bucket has taken the ones before.
  class Upload
    # The upload was aborted.
    class Stopped < StandardError; end

    PART_BYTES = 5 * 1024 * 1024 # S3's minimum; the maximum of 10,000 parts makes 50 GB compressed
    CONTENT_TYPE = 'application/gzip'

    attr_reader :stored_bytes

    # limit: bytes that may wait, rounded down to parts. Yields the id of the multipart upload when one starts.
    def initialize(bucket, key, limit, &begun)
      @begun = begun
      @bucket = bucket
      @key = key
      @most_waiting = limit / PART_BYTES
      @buffer = ''.b
      @stored_bytes = 0
      @etags = []
      @upload_id = nil
      @parts = Queue.new
      @thread = Thread.new { work }
      @thread.report_on_exception = false
    end

    def write(bytes)
      @stored_bytes += bytes.bytesize
      @buffer << bytes
      return if @buffer.bytesize < PART_BYTES

      @parts << @buffer
      @buffer = ''.b
    end

    # Whether the bucket should take something before the next `write`. Raises what ended the upload.
    def full?
      @thread.join unless @thread.alive?
      @parts.size > @most_waiting
    end

    # Waits until everything but the last part is sent.
    def close
      @parts.close
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

    # Runs in its own thread, because the dump child should not wait for the network.
    def work
      while (part = @parts.pop)
        begin_upload unless @upload_id
        send_part(part)
      end
    end

    def stop
      @thread.raise(Stopped)
      @thread.join
    rescue StandardError
      nil # stopped, or ended by an error that was reported before
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
