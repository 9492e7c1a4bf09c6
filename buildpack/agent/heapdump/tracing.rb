# frozen_string_literal: true

require_relative 'freed_memory'

module Heapdump
  # Allocation tracing costs more than half of an app's speed, so it is on for a window only, and its end is kept here: whoever asked
  # for it may be gone. With HEAPDUMP_TRACE=boot it is always on, and nothing here touches it.
  #
  # A window is opened for a dump that follows it, or for its own sake (`heapdump:trace:start`): then it ends to the second, and what it
  # recorded waits a while for a dump.
  class Tracing
    # GCs that had run when the recording that a dump would have began; nil: there is none, or it is as old as the
    # process.
    attr_reader :began_at_gc

    # The processes of a dyno dump one after the other, each traced until its turn; if nobody comes for so long, it is over.
    PATIENCE_SECONDS = 900
    # Ruby keeps what it recorded in a table that grows to twice the objects recorded and not yet swept, 32 bytes each,
    # and never shrinks. So while tracing is on there is a minor collection at least this often, more rarely in a large
    # process, where each costs more: 5 MB in place of 32 MB stay with a process of 110 MB, and tracing is as fast.
    OBJECTS_A_COLLECTION = 25_000
    BYTES_AN_OBJECT = 8000
    TICK_SECONDS = 0.02

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

    # nil, or since when and until when, in Unix seconds.
    def state
      return {'since' => nil, 'until' => nil} if @from_boot

      @mutex.synchronize { @ends_at && {'since' => @since, 'until' => @ends_at} }
    end

    def open(seconds, ends_at, dump_follows: true, now: Time.now.to_i)
      return if @from_boot

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

    # Call every TICK_SECONDS while it is on, and now and then when it is not.
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

    # Speed is back at once. What was recorded stays, for the child that is dumping.
    def stop(now = Time.now.to_i)
      @mutex.synchronize do
        next unless @ends_at

        ObjectSpace.trace_object_allocations_stop
        @recorded = [now - @since, 1].max unless @dump_follows
        @stopped_at = now
        @ends_at = nil
      end
    end

    # Memory is back. Not while a child dumps: freeing the table would copy every page of it.
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

    def expire(now = Time.now.to_i)
      ends_at = @ends_at
      stop(now) if ends_at && now > ends_at + (@dump_follows ? PATIENCE_SECONDS : 0)
      clear if @recorded.positive? && !@ends_at && now > @stopped_at + (@dump_follows ? 0 : PATIENCE_SECONDS)
    end

    private

    # What grew old while it was on is freed when Ruby next collects all of its heap, whenever that is, and swept when
    # the collection after that begins.
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
