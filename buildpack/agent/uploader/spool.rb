# frozen_string_literal: true

require 'timeout'
require 'zlib'
require_relative '../heapdump/clock'
require_relative '../heapdump/spare_time'
require_relative 'silence'

module Heapdump
  # Reads a dump as fast as Ruby writes it (240 MB a second) although redaction runs at a third of that: a process that
  # holds in memory, compressed, what the uploader has not read yet. So the dump child, which shares its memory with the
  # app, lives a quarter as long. The spool passes nothing on before it has the whole dump or is full: on two cores,
  # redaction would slow the child down. While it is full, the child waits. Nothing is written to a disk.
  class Spool
    # The spool process ended before the dump did.
    class Broken < StandardError; end

    BLOCK_BYTES = 256 * 1024
    CHUNK_BYTES = 16 * 1024 # compressed: 200 KB of a dump, 16 MB at worst
    LEVEL = 1
    START_SECONDS = 3
    SILENT = 3 # exit status

    # limit: compressed bytes; a dump is 6 to 13 times as large. others: descriptors that the process must close.
    # patience: seconds without a byte. spare_cores: see SpareTime.
    def initialize(input, limit, others, patience: Silence::SECONDS, spare_cores: nil)
      @patience = patience
      @spare_cores = spare_cores
      @stream, output = IO.pipe
      leash, @leash = IO.pipe
      # When the kernel refuses a new process, Ruby retries every second, forever.
      @pid = Timeout.timeout(START_SECONDS, Errno::EAGAIN) { fork }
      fill(input, output, limit, leash, others + [@stream, @leash]) unless @pid
      [input, output, leash].each(&:close)
      @inflate = Zlib::Inflate.new
    end

    # For IO.select.
    def to_io
      @stream
    end

    # → a piece of the dump; '' if there is none yet. Raises EOFError after the last, Broken or Silence if it ends
    # early.
    def take
      @inflate.inflate(@stream.read_nonblock(CHUNK_BYTES))
    rescue EOFError
      raise if @inflate.finished?

      raise silent? ? Silence : Broken
    end

    # Call this after the last piece, or to discard the rest.
    def close
      [@stream, @leash, @inflate].each { |each| each.close unless each.closed? }
      Process.wait(@pid)
    rescue SystemCallError
      nil
    end

    private

    # The stream ended before the dump did, so the process has exited or is about to.
    def silent?
      Process.wait2(@pid).last.exitstatus == SILENT
    rescue SystemCallError
      false
    end

    # Lives until the uploader closes the leash or is gone. Exiting earlier would send SIGCHLD into the uploader's zlib
    # calls (Zlib::BufError, https://github.com/ruby/zlib/issues/57).
    def fill(input, output, limit, leash, others)
      %w[TERM INT].each { |name| Signal.trap(name, 'DEFAULT') }
      SpareTime.only(@spare_cores) if @spare_cores
      others.each(&:close)
      status = 0
      Process.setproctitle('heapdump: spooling a dump')
      @waiting = []
      @bytes = 0
      @deflate = Zlib::Deflate.new(LEVEL)
      pass(input, output, limit, leash)
      output.close
      leash.read
    rescue Silence
      status = SILENT
    rescue StandardError
      nil # the uploader is gone, or notices that the stream broke off
    ensure
      exit!(status)
    end

    def pass(input, output, limit, leash)
      block = String.new(capacity: BLOCK_BYTES)
      passing_on = false
      heard_at = Clock.now
      until input.nil? && @waiting.empty?
        full = @bytes >= limit
        passing_on ||= full || input.nil?
        outputs = passing_on && !@waiting.empty? ? [output] : nil
        readable, writable = IO.select([leash, full ? nil : input].compact, outputs, nil, @patience)
        return if readable&.include?(leash)

        heard = readable&.include?(input)
        heard_at = Clock.now if heard || full || input.nil?
        raise Silence if Clock.now - heard_at > @patience

        input = nil if heard && !take_in(input, block)
        pass_on(output) if writable&.any?
      end
    end

    # → false at the end of the dump.
    def take_in(input, block)
      ended = input.read_nonblock(BLOCK_BYTES, block, exception: false).nil?
      wait(ended ? @deflate.finish : @deflate.deflate(block))
      !ended
    end

    def wait(compressed)
      return if compressed.empty?

      @waiting << compressed
      @bytes += compressed.bytesize
    end

    def pass_on(output)
      chunk = @waiting.shift
      written = output.write_nonblock(chunk)
      @bytes -= written
      @waiting.unshift(chunk.byteslice(written, chunk.bytesize)) if written < chunk.bytesize
    end
  end
end
