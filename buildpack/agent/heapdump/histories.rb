# frozen_string_literal: true

require 'json'
require_relative 'history'

module Heapdump
  # The histories of several processes, read from their files and thinned, in parts that each fit into a NOTIFY.
  class Histories
    POINTS = 48
    COLUMNS = %w[at rss old major count].freeze
    MOST_BYTES = 7000 # leaves space for signature and envelope

    def initialize(rendezvous)
      @rendezvous = rendezvous
    end

    # → [[{'pid', 'boot', 'history'}]], see docs/protocol.md
    def call(pids, now = Time.now.to_i)
      parts = [[]]
      left = MOST_BYTES
      pids.map { |pid| describe(pid, now) }.compact.each do |one|
        left -= JSON.generate(one).bytesize + 1
        if left.negative?
          parts << []
          left = MOST_BYTES - JSON.generate(one).bytesize - 1
        end
        parts.last << one
      end
      parts.reject(&:empty?)
    end

    private

    def describe(pid, now)
      read = HistoryFile.read(@rendezvous.history_path(pid), History::COLUMNS)
      return nil if read.nil? || read['columns']['at'].empty?

      columns = History.thinned(read['columns'], POINTS).slice(*COLUMNS)
      {'pid' => pid, 'boot' => read['boot'], 'history' => {'gc' => read['gc'], 'now' => now - read['boot']}.merge(columns)}
    end
  end
end
