# frozen_string_literal: true

require 'json'
require_relative 'descriptors'
require_relative 'dump'

module Heapdump
  # A dump with listeners that may attach late: when the leader dies during a dump, its successor asks again and gets
  # the events so far.
  class DumpJob
    def initialize(dump)
      @dump = dump
      @events = []
      @listeners = []
      @mutex = Mutex.new
      @over = false
    end

    # worker: a Worker.
    def start(worker)
      worker.perform { run }
      self
    end

    def over?
      @over
    end

    # Takes effect soon; the dump then ends with `failed`, or with `finished` if it is already stored.
    def cancel
      @dump.cancel
    end

    # Takes over the socket and closes it after the last event.
    def attach(socket)
      @mutex.synchronize do
        @events.each { |event| write(socket, event) }
        @over ? Descriptors.close(socket) : @listeners << socket
      end
    end

    private

    def run
      @dump.run { |event| publish(event) }
    rescue Exception => error # rubocop:disable Lint/RescueException
      Log.line("a dump failed: #{Log.describe(error)}")
    ensure
      @mutex.synchronize do
        @over = true
        @listeners.each { |socket| Descriptors.close(socket) }
      end
    end

    def publish(event)
      @mutex.synchronize do
        @events << event unless event['type'] == 'uploading'
        @listeners.reject! { |socket| !write(socket, event) }
      end
    end

    # Drops a listener that is gone or does not read; the dump goes on without it.
    def write(socket, event)
      socket.write_nonblock("#{JSON.generate(event)}\n")
    rescue SystemCallError, IOError
      Descriptors.close(socket)
      nil
    end
  end
end
