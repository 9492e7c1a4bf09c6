# frozen_string_literal: true

require 'json'
require_relative 'clock'
require_relative 'descriptors'
require_relative 'line_reader'

module Heapdump
  # Sends the same short order to every process of the dyno and collects the answers. A process that does not answer
  # within a second (it may be in one long C call) is listed with what the kernel knows about it.
  class RollCall
    ANSWER_SECONDS = 1
    LONGEST = 40 # processes: the answer must fit into a NOTIFY

    def initialize(rendezvous)
      @rendezvous = rendezvous
    end

    # → [{'pid', 'process', 'rssBytes', 'uptimeSeconds', 'gcCount', 'tracing'}], see docs/protocol.md
    def call(order)
      @rendezvous.members.first(LONGEST).map do |entry|
        {'pid' => entry.pid, 'process' => entry.name, 'rssBytes' => entry.rss_bytes, 'uptimeSeconds' => entry.uptime_seconds,
         'gcCount' => nil, 'tracing' => nil}.merge(ask(entry.pid, order))
      end
    end

    private

    def ask(pid, order)
      socket = @rendezvous.connect(pid)
      socket.write("#{JSON.generate(order)}\n")
      lines = LineReader.new(socket)
      deadline = Clock.now + ANSWER_SECONDS
      until lines.ended?
        left = deadline - Clock.now
        return {} unless left.positive? && IO.select([socket], nil, nil, left)

        answer = lines.read.first
        return answer.slice('gcCount', 'tracing') if answer
      end
      {}
    rescue SystemCallError, IOError
      {}
    ensure
      Descriptors.close(socket) if socket
    end
  end
end
