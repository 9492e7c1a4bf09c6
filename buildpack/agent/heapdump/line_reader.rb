# frozen_string_literal: true

require 'json'

module Heapdump
  # One JSON object a line, from a pipe or socket that is watched by IO.select: takes what is there and never blocks.
  class LineReader
    LONGEST_LINE = 1 << 20
    READ_BYTES = 65_536

    def initialize(io)
      @io = io
      @rest = +''
      @buffer = String.new # one for all reads: each would leave its own, also where there is nothing to read
      @ended = false
    end

    def ended?
      @ended
    end

    # → the whole objects that have arrived, possibly none.
    def read
      loop { @rest << @io.read_nonblock(READ_BYTES, @buffer) }
    rescue IO::WaitReadable
      objects
    rescue SystemCallError, IOError
      @ended = true
      objects
    end

    private

    def objects
      @ended = true if @rest.bytesize > LONGEST_LINE
      lines = @rest.lines
      @rest = lines.last && !lines.last.end_with?("\n") ? lines.pop : +''
      lines.map { |line| JSON.parse(line) }.grep(Hash)
    rescue JSON::ParserError
      @ended = true
      []
    end
  end
end
