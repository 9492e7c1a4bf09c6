# frozen_string_literal: true

require 'objspace'

module Heapdump
  # What one thread's stack holds on to. A forked child has only the stack of the thread that forked, so what only another thread
  # holds would look unreachable in its dump. Taken just before the fork, and in the dump an object of this class.
  class ThreadStack
    @saved = []

    class << self
      def save
        @saved = Thread.list.map { |thread| new(thread) }
      end

      # At once after the fork: what a request was at would grow old in the parent with the dump, and old garbage stays
      # until Ruby collects all of its heap.
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
