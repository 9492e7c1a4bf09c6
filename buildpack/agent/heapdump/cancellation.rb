# frozen_string_literal: true

require_relative 'descriptors'

module Heapdump
  # Lets one thread ask another to stop, even while that one waits for IO: `io` becomes readable.
  class Cancellation
    attr_reader :io

    def initialize
      @io = @writer = nil
      @requested = false
      @mutex = Mutex.new
    end

    # `io` exists from here until `close`.
    def open
      @mutex.synchronize do
        @io, @writer = IO.pipe.each { |io| Descriptors.own(io) }
        @writer.write('.') if @requested
      end
    end

    # Callable from any thread, at any time. A forked child may hold the pipe open, so this writes instead of closing.
    def request
      @mutex.synchronize do
        @writer.write('.') if @writer && !@requested
        @requested = true
      end
    end

    def requested?
      @requested
    end

    def close
      @mutex.synchronize do
        [@io, @writer].compact.each { |io| Descriptors.close(io) }
        @io = @writer = nil
      end
    end
  end
end
