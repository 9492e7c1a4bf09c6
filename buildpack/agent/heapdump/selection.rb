# frozen_string_literal: true

module Heapdump
  # The processes that a request asks for: all of the dyno, those with one name, or only the largest.
  module Selection
    class << self
      # entries: ProcessEntry of each process that can be dumped.
      def of(request, entries)
        named = request.process ? entries.select { |entry| called?(entry, request.process) } : entries
        request.largest? ? named.max_by(1, &:rss_bytes) : named
      end

      # Why there is nothing to dump, or nil.
      def refusal(request, entries)
        return if request.process.nil? || of(request, entries).any?

        running = entries.empty? ? 'none' : entries.map(&:name).uniq.join(', ')
        "no process is called #{request.process} (running: #{running})"
      end

      private

      # The name as shown, as in the facts of a dump (`puma_worker_0`), or the pid.
      def called?(entry, wanted)
        entry.pid.to_s == wanted || plain(entry.name) == plain(wanted)
      end

      def plain(name)
        name.downcase.tr('_', ' ').strip
      end
    end
  end
end
