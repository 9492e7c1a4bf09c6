# frozen_string_literal: true

module Heapdump
  module Inside
    # Ruby's own counters.
    module VirtualMachine
      DEFAULT_PAGE_BYTES = 16_384 # Ruby 2.7 does not tell
      # In their order of age: each replaced the one before.
      JITS = {'yjit' => :YJIT, 'zjit' => :ZJIT}.freeze

      class << self
        def read
          constants = GC::INTERNAL_CONSTANTS
          {
            'engine' => RUBY_ENGINE, 'version' => RUBY_VERSION, 'gc' => GC.stat,
            'heaps' => GC.respond_to?(:stat_heap) ? GC.stat_heap : nil, 'config' => GC.respond_to?(:config) ? plain(GC.config) : nil,
            'heapPageBytes' => constants.fetch(:HEAP_PAGE_SIZE, DEFAULT_PAGE_BYTES),
            'slotBytes' => constants[:BASE_SLOT_SIZE] || constants[:RVALUE_SIZE],
            'stackSizes' => plain(RubyVM::DEFAULT_PARAMS)
          }.merge(JITS.transform_values { |name| jit(name) }).compact
        end

        private

        def jit(name)
          compiler = RubyVM.const_get(name) if RubyVM.const_defined?(name)
          return unless compiler && compiler.respond_to?(:enabled?)

          enabled = compiler.enabled?
          {'enabled' => enabled}.merge(enabled ? plain(counters(compiler)) : {})
        end

        # Ruby 3.1 counts only when it was started with --yjit-stats, and returns nil otherwise.
        def counters(compiler)
          method = [:runtime_stats, :stats].find { |name| compiler.respond_to?(name) }
          (method && compiler.public_send(method)) || {}
        end

        # JSON has no number for a ratio of nothing to nothing.
        def plain(values)
          values.select { |_, value| value.is_a?(Integer) || (value.is_a?(Float) && value.finite?) || value == true || value == false }
        end
      end
    end
  end
end
