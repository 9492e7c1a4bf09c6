# frozen_string_literal: true

require 'timeout'
require 'zlib'
require_relative '../heapdump/clock'
require_relative 'silence'

module Heapdump
  # Takes a dump in as fast as Ruby writes it (240 MB a second), while its values are taken out at a third of that: a process that compresses
  # and keeps in memory what the uploader has not come to yet. So the dumping child, with whom the app shares its memory, lives a quarter as
  # long. It hands on nothing before it has the whole, or as much as it may keep: on two cores, who takes the values out would slow the child
  # down. When no more may be kept, the child waits. Nothing is written to a disk.
  class Spool
    # It ended before the dump did.
    class Broken < StandardError; end

    BLOCK_BYTES = 256 * 1024
    CHUNK_BYTES = 16 * 1024 # compressed: 200 KB of a dump, 16 MB at worst
    LEVEL = 1
    START_SECONDS = 3
    SILENT = 3 # exit status

    # limit: compressed bytes, a dump is 6 to 13 times as many. others: what the process has no business with. patience: seconds without a byte.
    def initialize(input, limit, others, patience: Silence::SECONDS)
      @patience = patience
      @stream, output = IO.pipe
      leash, @leash = IO.pipe
      # While no process is to be had, Ruby sleeps a second and tries again, for ever.
      @pid = Timeout.timeout(START_SECONDS, Errno::EAGAIN) { fork }
      fill(input, output, limit, leash, others + [@stream, @leash]) unless @pid
      [input, output, leash].each(&:close)
      @inflate = Zlib::Inflate.new
    end

    # For IO.select.
    def to_io
      @stream
    end

    # → a piece of the dump; '' when there is none yet. Raises EOFError after the last, Broken or Silence where there should be more.
    def take
      @inflate.inflate(@stream.read_nonblock(CHUNK_BYTES))
    rescue EOFError
      raise if @inflate.finished?

      raise silent? ? Silence : Broken
    end

    # Once everything is taken, or nothing more is wanted.
    def close
      [@stream, @leash, @inflate].each { |each| each.close unless each.closed? }
      Process.wait(@pid)
    rescue SystemCallError
      nil
    end

    private

    # The stream has ended before the dump, so the process is about to end or has.
    def silent?
      Process.wait2(@pid).last.exitstatus == SILENT
    rescue SystemCallError
      false
    end

    # Lives until the uploader lets go of the leash, or is gone. Not shorter: the signal of its end would break into the uploader's zlib
    # (Zlib::BufError, https://github.com/ruby/zlib/issues/57).
    def fill(input, output, limit, leash, others)
      %w[TERM INT].each { |name| Signal.trap(name, 'DEFAULT') }
      others.each(&:close)
      status = 0
      Process.setproctitle('heapdump: a dump on its way')
      @waiting = []
      @bytes = 0
      @deflate = Zlib::Deflate.new(LEVEL)
      pass(input, output, limit, leash)
      output.close
      leash.read
    rescue Silence
      status = SILENT
    rescue StandardError
      nil # the uploader is gone, or sees that the stream broke off
    ensure
      exit!(status)
    end

    def pass(input, output, limit, leash)
      block = String.new(capacity: BLOCK_BYTES)
      handing_on = false
      heard_at = Clock.now
      until input.nil? && @waiting.empty?
        full = @bytes >= limit
        handing_on ||= full || input.nil?
        readable, writable = IO.select([leash, full ? nil : input].compact, handing_on && !@waiting.empty? ? [output] : nil, nil, @patience)
        return if readable&.include?(leash)

        heard = readable&.include?(input)
        heard_at = Clock.now if heard || full || input.nil?
        raise Silence if Clock.now - heard_at > @patience

        input = nil if heard && !take_in(input, block)
        hand_on(output) if writable&.any?
      end
    end

    # → false after the last.
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

    def hand_on(output)
      chunk = @waiting.shift
      written = output.write_nonblock(chunk)
      @bytes -= written
      @waiting.unshift(chunk.byteslice(written, chunk.bytesize)) if written < chunk.bytesize
    end
  end
end
