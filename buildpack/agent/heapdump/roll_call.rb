# frozen_string_literal: true

require 'json'
require_relative 'clock'
require_relative 'descriptors'
require_relative 'line_reader'
require_relative 'trim'

module Heapdump
  # Sends the same short order to every process of the dyno and collects the answers. A process that does not answer
  # within a second (it may be in one long C call) is listed with what the kernel knows about it.
  class RollCall
    ANSWER_SECONDS = 1
    TRIM_SECONDS = [2, 60].freeze # until it begins, and until it is done
    LONGEST = 40 # processes: the answer must fit into a NOTIFY

    def initialize(rendezvous)
      @rendezvous = rendezvous
    end

    # → [{'pid', 'process', 'rssBytes', 'uptimeSeconds', 'gcCount', 'tracing'}], see docs/protocol.md
    def call(order)
      @rendezvous.members.first(LONGEST).map do |entry|
        answer = ask(entry.pid, order, [ANSWER_SECONDS]).first || {}
        {'pid' => entry.pid, 'process' => entry.name, 'rssBytes' => entry.rss_bytes, 'uptimeSeconds' => entry.uptime_seconds,
         'gcCount' => nil, 'tracing' => nil}.merge(answer.slice('gcCount', 'tracing'))
      end
    end

    # The processes trim one after the other. pid: only this one, or nil. Yields before each.
    # → [{'pid', 'process', 'allocator', 'refused', 'beforeBytes', 'afterBytes', 'seconds', 'stallMs'}]
    def trim(pid)
      @rendezvous.members.select { |entry| pid.nil? || entry.pid == pid }.first(LONGEST).map do |entry|
        yield
        _, answer = ask(entry.pid, {'order' => 'trim'}, TRIM_SECONDS)
        {'pid' => entry.pid, 'process' => entry.name}.merge(Trim::NOTHING).merge(answer || {'refused' => 'no_answer'})
                                                     .slice('pid', 'process', *Trim::NOTHING.keys)
      end
    end

    private

    # seconds: how long to wait for each answer. → the answers that came in time.
    def ask(pid, order, seconds)
      answers = []
      socket = @rendezvous.connect(pid)
      socket.write("#{JSON.generate(order)}\n")
      lines = LineReader.new(socket)
      while !lines.ended? && answers.size < seconds.size
        deadline = Clock.now + seconds[answers.size]
        before = answers.size
        answers.concat(lines.read) while answers.size == before && wait(socket, deadline) && !lines.ended?
        break if answers.size == before
      end
      answers
    rescue SystemCallError, IOError
      answers
    ensure
      Descriptors.close(socket) if socket
    end

    def wait(socket, deadline)
      left = deadline - Clock.now
      left.positive? && IO.select([socket], nil, nil, left)
    end
  end
end
