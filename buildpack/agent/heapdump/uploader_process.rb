# frozen_string_literal: true

require 'json'
require 'rbconfig'
require_relative 'clock'
require_relative 'descriptors'
require_relative 'line_reader'
require_relative 'watchdog'

module Heapdump
  # The process that compresses and uploads, as seen from the one that dumps. It is a Ruby of its own, exec'd: it shares no memory
  # with the app, loads none of its gems, and can be killed without anything happening to the app.
  #
  # Pipes: its stdin is the dump; descriptor 3 brings the order and, at the end, the verdict; its stdout reports.
  class UploaderProcess
    PROGRAM = File.expand_path('../uploader.rb', __dir__)
    # The app's environment has RUBYOPT, BUNDLE_*, and secrets: none of the uploader's business.
    KEPT = %w[PATH LANG LC_ALL LD_LIBRARY_PATH SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy no_proxy
              HTTP_PROXY HTTPS_PROXY NO_PROXY].freeze
    PIPE_BYTES = 1 << 20 # 64 KiB by default: sixteen times as many switches between the two processes
    F_SETPIPE_SZ = 1031
    START_SECONDS = 3
    ABORT_SECONDS = 60
    PATIENCE_SECONDS = 5

    attr_reader :pid, :input, :reports

    # A process that does nothing but abort what one like it, killed meanwhile, had begun.
    def self.abort_upload(order, id)
      process = new(order.merge('abort' => id))
      deadline = Clock.now + ABORT_SECONDS
      until process.ended? || (left = deadline - Clock.now).negative?
        process.read if IO.select([process.reports], nil, nil, left)
      end
    ensure
      process&.kill
      process&.close
    end

    def initialize(order)
      stdin, @input = pipe
      orders, @orders = pipe
      @reports, stdout = pipe
      widen(stdin)
      @input.binmode
      @reader = LineReader.new(@reports)
      @pid = spawn(stdin, orders, stdout)
      tell(order)
    rescue SystemCallError, ThreadError
      close
      raise
    ensure
      [stdin, orders, stdout].each { |io| Descriptors.close(io) if io }
    end

    def read
      @reader.read
    end

    def ended?
      @reader.ended?
    end

    # The child's dump is whole: complete the upload, and write the facts.
    def keep(facts)
      tell('verdict' => 'keep', 'facts' => facts)
    end

    def discard
      tell('verdict' => 'discard')
    end

    # One that hangs, or has said what it had to say. Its multipart upload, if there is one, is for `abort_upload`.
    def kill
      Process.kill(:KILL, @pid)
    rescue SystemCallError
      nil # it has ended
    end

    # → how it ended, for a message. It may still have an upload to abort, from a bucket that is slow to answer: an app that wants to exit
    # is not kept waiting for that.
    def close
      [@input, @orders, @reports].each { |io| Descriptors.close(io) if io }
      status = wait
      return 'does not end' unless status

      status.signaled? ? "was killed by SIG#{Signal.signame(status.termsig)}" : "ended with status #{status.exitstatus}"
    rescue Errno::ECHILD
      'ended'
    end

    private

    def wait
      pid = @pid
      @pid = nil
      return unless pid

      deadline = Clock.now + PATIENCE_SECONDS
      while Clock.now < deadline
        _, status = Process.wait2(pid, Process::WNOHANG)
        return status if status

        sleep(0.01)
      end
      Process.detach(pid)
      nil
    end

    # While no process is to be had, Ruby sleeps a second and tries again, for ever.
    def spawn(stdin, orders, stdout)
      pid = Watchdog.within(START_SECONDS, Errno::EAGAIN) do
        Process.spawn(ENV.to_h.slice(*KEPT), RbConfig.ruby, '--disable=gems', PROGRAM,
                      in: stdin, out: stdout, 3 => orders, unsetenv_others: true)
      end
      yield_to_app(pid)
      pid
    end

    # From outside: until it could do so itself, it would have loaded its libraries at the app's expense.
    def yield_to_app(pid)
      Process.setpriority(Process::PRIO_PROCESS, pid, 19)
    rescue SystemCallError
      nil # it has ended already, which its pipes show
    end

    def widen(pipe)
      pipe.fcntl(F_SETPIPE_SZ, PIPE_BYTES) if RUBY_PLATFORM.include?('linux')
    rescue SystemCallError
      nil # this user has too many pipes already: it works with the usual 64 KiB
    end

    def pipe
      IO.pipe.each { |io| Descriptors.own(io) }
    end

    def tell(message)
      @orders.write("#{JSON.generate(message)}\n")
    rescue Errno::EPIPE
      nil # its end shows on the reports
    end
  end
end
