# frozen_string_literal: true

require_relative 'freed_memory'
require_relative 'log'

module Heapdump
  # Allocation tracing costs an app more than half its speed, so it is on for a limited window, and the process itself
  # ends it: the requester may be gone. With HEAPDUMP_TRACE=boot it is always on, and this class leaves it alone.
  #
  # A window is opened either for the dump that follows it, or alone (`heapdump:trace:start`): then it ends on time, and
  # what it recorded is kept for a while for a dump.
  class Tracing
    # The GC count when the current recording began; nil if there is none, or it began with the process.
    attr_reader :began_at_gc

    # The processes of a dyno dump one after the other, each traced until its turn. If no dump comes, tracing ends then.
    PATIENCE_SECONDS = 900
    # Ruby keeps its records in a table that grows to twice the number of objects recorded and not yet swept, 32 bytes
    # each, and never shrinks. So while tracing is on, a minor GC runs at least every 25,000 objects (less often in a
    # large process, where it costs more): 5 MB instead of 32 MB stay in a 110 MB process, and tracing is as fast.
    OBJECTS_A_COLLECTION = 25_000
    BYTES_AN_OBJECT = 8000
    TICK_SECONDS = 0.02
    # Ruby 3.0 to 3.1.3 can crash when a Ractor begins or ends during tracing: https://bugs.ruby-lang.org/issues/18464.
    FEARS_RACTORS = RUBY_VERSION.match?(/\A3\.(0\.|1\.[0-3]\z)/)

    # Why this process must not be traced, or nil.
    def self.obstacle
      return NO_TRACING if NO_TRACING || !FEARS_RACTORS || ObjectSpace.each_object(Ractor).count == 1

      "Ruby #{RUBY_VERSION} can crash while it traces allocations in a process with Ractors"
    end

    def initialize(from_boot, growth)
      @from_boot = from_boot
      @growth = growth
      @ends_at = nil
      @dump_follows = true
      @since = @stopped_at = 0
      @recorded = 0
      @full_collections = @swept_at = @began_at_gc = nil
      @mutex = Mutex.new
    end

    # The fact `traced`.
    def fact(now = Time.now.to_i)
      return 'boot' if @from_boot

      @ends_at && !@dump_follows ? [now - @since, 1].max : @recorded
    end

    def on?
      !@ends_at.nil?
    end

    # nil when off, otherwise its start and end in Unix seconds.
    def state
      return {'since' => nil, 'until' => nil} if @from_boot

      @mutex.synchronize { @ends_at && {'since' => @since, 'until' => @ends_at} }
    end

    def open(seconds, ends_at, dump_follows: true, now: Time.now.to_i)
      return if @from_boot

      obstacle = self.class.obstacle
      return Log.once(:tracing, "process #{Process.pid} is not traced: #{obstacle}") if obstacle

      require 'objspace'
      @mutex.synchronize do
        unless @ends_at
          @growth.begin
          ObjectSpace.trace_object_allocations_start
          @since = now
          @collections = @began_at_gc = GC.count
          @allocated = GC.stat(:total_allocated_objects)
          @often = [OBJECTS_A_COLLECTION, @growth.resident / BYTES_AN_OBJECT].max
        end
        @ends_at = ends_at
        @dump_follows = dump_follows
        @recorded = seconds
      end
    end

    # Call this every TICK_SECONDS while tracing is on, and now and then while it is off.
    def attend
      return give_back_rest unless on?

      allocated = GC.stat(:total_allocated_objects)
      if GC.count == @collections && allocated - @allocated > @often
        GC.start(full_mark: false)
      elsif GC.count == @collections
        return
      end
      @collections = GC.count
      @allocated = allocated
    end

    # Restores full speed at once. The records stay, for the child that is dumping.
    def stop(now = Time.now.to_i)
      @mutex.synchronize do
        next unless @ends_at

        ObjectSpace.trace_object_allocations_stop
        @recorded = [now - @since, 1].max unless @dump_follows
        @stopped_at = now
        @ends_at = nil
      end
    end

    # Frees the records. Not while a child dumps: freeing the table would copy every page of it.
    def clear
      cleared = @mutex.synchronize do
        next if @ends_at || !@recorded.positive?

        ObjectSpace.trace_object_allocations_clear
        @recorded = 0
        @began_at_gc = nil
        true
      end
      return unless cleared

      FreedMemory.give_back
      @full_collections = GC.stat(:major_gc_count)
      @growth.end
    end

    # In a forked child, which inherits tracing and records, but not the thread that ends them.
    def abandon
      return if @from_boot || !(@ends_at || @recorded.positive?)

      ObjectSpace.trace_object_allocations_stop
      ObjectSpace.trace_object_allocations_clear
    end

    def expire(now = Time.now.to_i)
      ends_at = @ends_at
      stop(now) if ends_at && now > ends_at + (@dump_follows ? PATIENCE_SECONDS : 0)
      clear if @recorded.positive? && !@ends_at && now > @stopped_at + (@dump_follows ? 0 : PATIENCE_SECONDS)
    end

    private

    # Objects that became old during tracing are freed by the next major GC, whenever that is, and fully swept when the
    # GC after it begins.
    def give_back_rest
      if @full_collections && GC.stat(:major_gc_count) > @full_collections
        @full_collections = nil
        @swept_at = GC.count + 1
      elsif @swept_at && GC.count >= @swept_at
        @swept_at = nil
        FreedMemory.give_back
      end
    end
  end
end
