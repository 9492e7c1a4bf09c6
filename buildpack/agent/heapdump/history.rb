# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # The history of this process: about once a minute, its size and the number of objects that the last major GC left. A
  # dump shows a single moment and not what grows; these numbers do. They cover a day at most, and stay small: when
  # there are too many points, every second one is dropped and new ones come half as often.
  #
  # Costs one GC.stat(:key) per tick and one read of /proc per minute.
  class History
    STEP_SECONDS = 60
    LONGEST = 96 # points: together with GC.stat they fit into the 8 kB of facts that the plugin reads
    SPAN_SECONDS = 86_400
    COUNTS = {'count' => :count, 'live' => :heap_live_slots, 'pages' => :heap_allocated_pages}.freeze
    OLD = [:old_objects, :remembered_wb_unprotected_objects].freeze

    # entry: the ProcessEntry of this process.
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

    # Call this about once a second.
    def look(now = Clock.now)
      note_major
      take(now) if now >= @due
    end

    # For the facts of a dump. tracing: the GC count when tracing began, or nil.
    def facts(tracing: nil, now: Clock.now)
      note_major
      history = {
        'gc' => @collections, 'tracing' => tracing, 'now' => seconds(now), 'oldNow' => marking? ? nil : old
      }.compact
      {'boot' => @began_at, 'history' => history.merge(@columns)}
    end

    private

    # Counts what survived the last major GC; between two of them, the count includes old garbage. While Ruby marks
    # (incrementally, for a second at most), its count restarts at zero.
    def note_major
      major = GC.stat(:major_gc_count)
      return if major == @major || marking?

      @major = major
      @old = old
    end

    def marking?
      GC.latest_gc_info(:state) == :marking
    end

    # Objects without a write barrier never become "old" in Ruby's terms, but are kept too, and counted separately.
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
      @columns.each_value { |values| values.select!.with_index { |_, index| index.even? } }
      @step *= 2
    end

    def seconds(now)
      (now - @began).round
    end
  end
end
