# frozen_string_literal: true

require 'objspace'

module Heapdump
  # The objects that one thread's stack holds. A forked child has only the stack of the thread that forked, so objects
  # held by other threads alone would look unreachable in its dump. Saved just before the fork; the dump shows it as an
  # object of this class.
  class ThreadStack
    @saved = []

    class << self
      def save
        @saved = Thread.list.map { |thread| new(thread) }
      end

      # Call this right after the fork: otherwise the objects of a running request would become old in the parent, and
      # old garbage stays until the next major GC.
      def release
        @saved = []
      end
    end

    def initialize(thread)
      @thread = thread
      @objects = ObjectSpace.reachable_objects_from(thread)
    end
  end
end
