# frozen_string_literal: true

require 'zlib'
require_relative 'record_counter'
require_relative 'redactor'

module Heapdump
  # A process that redacts and compresses chunks of a dump, each of which is a number of whole lines. It reads frames: a
  # size and that many bytes of the current chunk; size 0 ends the chunk. It writes frames of packed bytes, and at the end
  # of each chunk size 0 and the chunk's SUMMARY.
  #
  # Packed bytes are raw deflate data, which refer to nothing before their chunk and end on a byte boundary, so that chunks
  # of different processes make up one stream.
  class Packer
    SIZE = 'L<'
    SIZE_BYTES = 4
    SUMMARY = 'Q<Q<L<' # bytes of the redacted text, objects, CRC-32
    SUMMARY_BYTES = 20
    LEVEL = 1 # five times as fast as level 6; a dump still shrinks to a tenth
    FRAME_BYTES = 1 << 16

    # salt: for redaction, nil: plain.
    def initialize(input, output, salt)
      @input = input
      @output = output
      @redactor = salt && Redactor.new(salt)
      @deflate = Zlib::Deflate.new(LEVEL, -Zlib::MAX_WBITS)
      @block = ''.b
      @packed = ''.b
      begin_chunk
    end

    # Until the input ends, or nobody reads the output.
    def run
      while (size = @input.read(SIZE_BYTES)&.unpack1(SIZE))
        size.zero? ? end_chunk : keep(redacted(@input.read(size, @block)))
      end
    rescue Errno::EPIPE
      nil # the uploader is gone, or discards the dump
    end

    private

    def begin_chunk
      @counter = RecordCounter.new
      @checksum = 0
    end

    def redacted(block)
      @redactor ? @redactor.add(block) : block
    end

    def keep(text)
      @counter.add(text)
      @checksum = Zlib.crc32(text, @checksum)
      @packed << @deflate.deflate(text)
      write_frame if @packed.bytesize >= FRAME_BYTES
    end

    def end_chunk
      keep(@redactor.finish) if @redactor
      @packed << @deflate.flush(Zlib::FULL_FLUSH)
      write_frame
      objects = @counter.finish
      @output.write([0, @counter.bytes, objects, @checksum].pack(SIZE + SUMMARY))
      begin_chunk
    end

    def write_frame
      return if @packed.empty?

      @output.write([@packed.bytesize].pack(SIZE), @packed)
      @packed = ''.b
    end
  end
end
