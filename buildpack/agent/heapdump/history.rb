# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # The past of this process in a few lines of numbers: about once a minute how large it is, and how many objects the
  # last major collection left. A dump is one moment and does not tell what grows; these numbers do. They cover a day at
  # most, and stay small: when there are too many points, every second one goes and the rest come half as often.
  #
  # Costs one GC.stat(:key) a tick, and a read of /proc a minute.
  class History
    STEP_SECONDS = 60
    LONGEST = 96 # points: with GC.stat they fit into the 8 kB that the plugin reads of the facts
    SPAN_SECONDS = 86_400
    COUNTS = {'count' => :count, 'live' => :heap_live_slots, 'pages' => :heap_allocated_pages}.freeze
    OLD = [:old_objects, :remembered_wb_unprotected_objects].freeze

    # entry: a ProcessEntry, of this process.
    def initialize(entry, now = Clock.now)
      known = GC.stat
      @entry = entry
      age = entry.uptime_seconds || 0
      @began = now - age
      @began_at = Time.now.to_i - age
      @collections = GC.count
      @counts = COUNTS.select { |_, key| known.key?(key) }
      @old_keys = OLD.select { |key| known.key?(key) }
      @columns = (%w[at rss old major] + @counts.keys).to_h { |name| [name, []] }
      @step = STEP_SECONDS
      @major = GC.stat(:major_gc_count)
      @old = nil
      take(now)
    end

    # Call it every second or so.
    def look(now = Clock.now)
      note_major
      take(now) if now >= @due
    end

    # For the facts of a dump. tracing: GCs that had run when the recording of allocations began, or nil.
    def facts(tracing: nil, now: Clock.now)
      note_major
      history = {
        'gc' => @collections, 'tracing' => tracing, 'now' => seconds(now), 'oldNow' => marking? ? nil : old
      }.compact
      {'boot' => @began_at, 'history' => history.merge(@columns)}
    end

    private

    # What survived the last major collection: between two of them, old objects that nobody needs any more are counted
    # too. While Ruby marks (step by step, for a second at most), its count begins at zero again.
    def note_major
      major = GC.stat(:major_gc_count)
      return if major == @major || marking?

      @major = major
      @old = old
    end

    def marking?
      GC.latest_gc_info(:state) == :marking
    end

    # What has no write barrier never becomes old in Ruby's words, but is kept and counted beside it.
    def old
      @old_keys.sum { |key| GC.stat(key) }
    end

    def take(now)
      forget if @columns['at'].size >= LONGEST
      add(now)
      @due = now + @step
      expired = @columns['at'].count { |at| at < seconds(now) - SPAN_SECONDS }
      @columns.each_value { |values| values.shift(expired) } if expired.positive?
    end

    def add(now)
      @columns['at'] << seconds(now)
      @columns['rss'] << (@entry.rss_bytes / 1024)
      @columns['old'] << @old
      @columns['major'] << @major
      @counts.each { |name, key| @columns[name] << GC.stat(key) }
    end

    def forget
      @columns.each_value { |values| values.select!.with_index { |_, place| place.even? } }
      @step *= 2
    end

    def seconds(now)
      (now - @began).round
    end
  end
end
