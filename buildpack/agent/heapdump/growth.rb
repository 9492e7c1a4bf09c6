# frozen_string_literal: true

module Heapdump
  # How much of a process's growth came with its dumps: what its resident memory rose by from when a dump (or tracing)
  # began to when it was done. What the app grew by in those seconds is in it: it is an upper bound of ours.
  class Growth
    # entry: a ProcessEntry, of this process.
    def initialize(entry)
      @entry = entry
      @dumps = 0
      @with_dumps = 0
      @first = @began = nil
    end

    def resident
      @entry.rss_bytes
    end

    # Again before the end: nothing new.
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

    # For the facts of a dump: dumps before it, bytes since the first of them began, and of those what came with dumps.
    def facts(rss)
      {'dumps' => @dumps, 'grown' => [rss - @first, 0].max, 'growndumping' => [so_far(rss), 0].max}
    end

    private

    def so_far(rss)
      @with_dumps + rss - @began
    end
  end
end
