# frozen_string_literal: true

require 'json'
require_relative 'allocator'
require_relative 'clock'
require_relative 'memory_section'

module Heapdump
  # Asks allocator and VM about this process's memory, for the memory record. Runs only in the dump child, once the dump
  # is complete: whatever happens here, from a missing library to a crash in C, costs a part of the record.
  #
  # The code is loaded only there, and not with `require`, whose hooks (bootsnap, Zeitwerk) belong to the app.
  module MemoryInside
    FILES = File.expand_path('../inside/*.rb', __dir__)

    class << self
      def tell(pipe, leash)
        leash.obey
        crash_quietly
        Dir[FILES].sort.each { |file| RubyVM::InstructionSequence.compile_file(file).eval }
        Inside::Collection.new(pipe).run
      rescue Exception => error # rubocop:disable Lint/RescueException
        MemorySection.write(pipe, 'inside error', error.class.name)
      end

      private

      # Ruby reports a crash on the app's stderr, or to a program of the app's choice.
      def crash_quietly
        Process.setrlimit(:CORE, 0)
        ENV.delete('RUBY_CRASH_REPORT')
        [1, 2].each { |number| IO.for_fd(number, autoclose: false).reopen(IO::NULL) }
      rescue SystemCallError
        nil # closed
      end
    end
  end
end
