# frozen_string_literal: true

require 'json'

module Heapdump
  # Reads one JSON object per line from a pipe or socket that IO.select watches. Never blocks.
  class LineReader
    LONGEST_LINE = 1 << 20
    READ_BYTES = 65_536

    def initialize(io)
      @io = io
      @rest = +''
      @buffer = String.new # shared: otherwise each read allocates one, even when there is nothing to read
      @ended = false
    end

    def ended?
      @ended
    end

    # → the complete objects that have arrived, possibly none.
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
