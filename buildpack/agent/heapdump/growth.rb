# frozen_string_literal: true

module Heapdump
  # How much of a process's growth came with its dumps: how much its resident memory rose from the start of a dump (or
  # of tracing) to its end. That includes the app's own growth in those seconds, so it is an upper bound for ours.
  class Growth
    # entry: the ProcessEntry of this process.
    def initialize(entry)
      @entry = entry
      @dumps = 0
      @with_dumps = 0
      @first = @began = nil
    end

    def resident
      @entry.rss_bytes
    end

    # A second call before `end` changes nothing.
    def begin
      @began ||= resident
      @first ||= @began
    end

    def end(dumped: false)
      @dumps += 1 if dumped
      return unless @began

      @with_dumps = so_far(resident)
      @began = nil
    end

    # For the facts of a dump: dumps before it, bytes grown since the first of them began, and how many of those bytes
    # came during dumps.
    def facts(rss)
      {'dumps' => @dumps, 'grown' => [rss - @first, 0].max, 'growndumping' => [so_far(rss), 0].max}
    end

    private

    def so_far(rss)
      @with_dumps + rss - @began
    end
  end
end
