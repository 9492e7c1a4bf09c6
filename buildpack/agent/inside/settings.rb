# frozen_string_literal: true

module Heapdump
  module Inside
    # Settings that decide about memory, by name. A value is kept only where its form is known: a number, a switch, the
    # name of a library.
    module Settings
      NUMBERS = /\A(RUBY_(GC|THREAD|FIBER|SHARED|YJIT|ZJIT|MN|MAX)_\w+|MALLOC_\w+|(RAILS_|PUMA_)?M(AX|IN)_THREADS|
                    (WEB|SIDEKIQ)_CONCURRENCY|PUMA_(WORKERS|THREADS))\z/x.freeze
      # MALLOC_CONF=dirty_decay_ms:1000,narenas:2 and GLIBC_TUNABLES=glibc.malloc.arena_max=2:glibc.malloc.mmap_max=0
      TUNING = {'MALLOC_CONF' => [',', /\A\w+:-?\w+\z/], 'GLIBC_TUNABLES' => [':', /\A[\w.]+=\w+\z/]}.freeze
      SWITCHES = /\A--?(yjit|zjit|rjit|mjit|jit|disable|enable)(-[a-z-]+)?(=\w+)?\z/.freeze
      NUMBER = /\A-?\d{1,18}(\.\d{1,18})?\z/.freeze
      LIBRARY = /\A[\w.+-]{1,100}\z/.freeze
      PUMA = {'workers' => :workers, 'min' => :min_threads, 'max' => :max_threads, 'preload' => :preload_app}.freeze

      class << self
        def read
          numbers = ENV.to_h.select { |name, value| matches?(name, NUMBERS) && matches?(value, NUMBER) }
          numbers.merge(tuning, 'LD_PRELOAD' => libraries, 'RUBYOPT' => switches, 'puma' => puma)
                 .reject { |_, value| value.nil? || value.empty? }
        end

        private

        # A regular expression raises on text that is not valid.
        def matches?(text, form)
          text.valid_encoding? && text.match?(form)
        end

        def tuning
          TUNING.to_h { |name, (separator, form)| [name, known(ENV[name], separator, form).join(separator)] }
        end

        def libraries
          known(ENV['LD_PRELOAD'], /[ :]+/, LIBRARY) { |path| File.basename(path) }.join(' ')
        end

        def switches
          known(ENV['RUBYOPT'], ' ', SWITCHES).join(' ')
        end

        def known(text, separator, form)
          parts = text.to_s.scrub('').split(separator)
          parts = parts.map { |part| yield part } if block_given?
          parts.grep(form)
        end

        # A worker has the options of the process that it was forked from.
        def puma
          return unless defined?(::Puma::Launcher)

          launcher = ObjectSpace.each_object(::Puma::Launcher).first
          options = launcher && launcher.instance_variable_get(:@options)
          return unless options

          PUMA.transform_values { |name| options[name] }.select { |_, value| value.is_a?(Integer) || value == true || value == false }
        end
      end
    end
  end
end
