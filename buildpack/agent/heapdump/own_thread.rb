# frozen_string_literal: true

module Heapdump
  # Starts every thread of the agent except its first.
  module OwnThread
    def self.start(name, &work)
      thread = Thread.new(&work)
      thread.name = name
      thread.report_on_exception = false
      thread.thread_variable_set(:fork_safe, true) # otherwise Puma warns about threads started before its fork
      thread
    end
  end
end
