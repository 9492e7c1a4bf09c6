# frozen_string_literal: true

require_relative 'clock'
require_relative 'history_file'

module Heapdump
  # The history of this process: about once a minute, its size and the number of objects that the last major GC left. A
  # dump shows a single moment and not what grows; these numbers do. They cover a day at most. Of every ten minutes that
  # are more than three hours old, two points remain: the lowest and the highest, so that memory that rises and falls
  # does not look like growth.
  #
  # Costs one GC.stat(:key) per tick, and per minute one read of /proc and one line in a file.
  class History
    STEP_SECONDS = 60
    SPAN_SECONDS = 86_400
    FINE_SECONDS = 10_800
    COARSE_SECONDS = 600
    THIN_EVERY = 30 # points: at most 480 in all, and 38 kB in the file
    IN_FACTS = 64 # points: with GC.stat they leave space for other facts in the 8 kB that the plugin reads
    OLD = [:old_objects, :remembered_wb_unprotected_objects].freeze
    COLUMNS = %w[at rss pss old major count live pages malloc threads].freeze
    # The kernel visits every page to count shared ones, and memory cannot be mapped meanwhile: so that it takes up to
    # 0.01 % of the time.
    PSS_PAUSE = 10_000

    # Indexes of the points with the (first) lowest and the (last) highest value of each group of consecutive points. The
    # block returns the group of an index.
    def self.extremes(values, indexes = values.each_index)
      groups = indexes.chunk { |index| yield(index) }
      groups.flat_map { |_, group| group.minmax_by { |index| [values[index], index] }.sort.uniq }
    end

    # At most that many of the points.
    def self.thinned(columns, most)
      sizes = columns['rss']
      return columns if sizes.size <= most

      group = (sizes.size / (most / 2.0)).ceil
      kept = extremes(sizes) { |index| index / group }
      columns.transform_values { |values| values.values_at(*kept) }
    end

    # entry: the ProcessEntry of this process. path: of the file; nil: none.
    def initialize(entry, now = Clock.now, path: nil)
      @entry = entry
      age = entry.uptime_seconds || 0
      @began = now - age
      @began_at = Time.now.to_i - age
      @collections = GC.count
      @known = GC.stat.keys
      @old_keys = OLD & @known
      @columns = COLUMNS.to_h { |name| [name, []] }
      @file = path && HistoryFile.new(path, [@began_at, @collections])
      @major = GC.stat(:major_gc_count)
      @old = nil
      @pss_due = now
      @fresh = 0
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
      {'boot' => @began_at, 'history' => history.merge(self.class.thinned(@columns, IN_FACTS))}
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
      @due = now + STEP_SECONDS
      point = measure(now)
      COLUMNS.zip(point) { |name, value| @columns[name] << value }
      return @file&.add(point) { rows } if (@fresh += 1) < THIN_EVERY

      @fresh = 0
      thin(seconds(now))
      @file&.replace(rows)
    end

    # In the order of COLUMNS.
    def measure(now)
      malloc = stat(:malloc_increase_bytes)
      [seconds(now), @entry.rss_bytes / 1024, pss(now), @old, @major, stat(:count), stat(:heap_live_slots),
       stat(:heap_allocated_pages), malloc && (malloc / 1024), Thread.list.size]
    end

    def stat(key)
      @known.include?(key) ? GC.stat(key) : nil
    end

    # kB, or nil: not now.
    def pss(now)
      return if now < @pss_due

      began = Clock.now
      bytes = @entry.pss_bytes
      @pss_due = now + ((Clock.now - began) * PSS_PAUSE)
      bytes && (bytes / 1024)
    end

    def thin(age)
      times = @columns['at']
      from = times.index { |at| at >= age - SPAN_SECONDS } || 0
      fine = age - FINE_SECONDS - (age % COARSE_SECONDS)
      upto = times.index { |at| at >= fine } || times.size
      kept = self.class.extremes(@columns['rss'], from...upto) { |index| times[index] / COARSE_SECONDS }
      kept.concat((upto...times.size).to_a)
      @columns.transform_values! { |values| values.values_at(*kept) }
    end

    def rows
      @columns.values.transpose
    end

    def seconds(now)
      (now - @began).round
    end
  end
end
