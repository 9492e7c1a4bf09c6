# frozen_string_literal: true

require 'json'
require 'rbconfig'
require_relative 'clock'
require_relative 'descriptors'
require_relative 'line_reader'
require_relative 'watchdog'
require_relative 'wide_pipe'

module Heapdump
  # The process that compresses and uploads, as seen from the one that dumps. It is a separate, exec'd Ruby: it shares
  # no memory with the app, loads none of its gems, and can be killed without affecting the app.
  #
  # Pipes: stdin carries the dump, descriptor 3 the order and finally the verdict, 4 the parts of the memory record, stdout
  # the reports.
  class UploaderProcess
    PROGRAM = File.expand_path('../uploader.rb', __dir__)
    # The app's environment has RUBYOPT, BUNDLE_* and secrets, which the uploader must not get.
    KEPT = %w[PATH LANG LC_ALL LD_LIBRARY_PATH SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy no_proxy
              HTTP_PROXY HTTPS_PROXY NO_PROXY].freeze
    START_SECONDS = 3
    ABORT_SECONDS = 60
    PATIENCE_SECONDS = 5

    attr_reader :pid, :input, :memory, :reports

    # Starts a process that only aborts the upload of an uploader that was killed.
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
      parts, @memory = pipe
      [stdin, parts].each { |pipe| WidePipe.widen(pipe) }
      [@input, @memory].each(&:binmode)
      @reader = LineReader.new(@reports)
      @pid = spawn(stdin, orders, parts, stdout)
      tell(order)
    rescue SystemCallError, ThreadError
      close
      raise
    ensure
      [stdin, orders, parts, stdout].each { |io| Descriptors.close(io) if io }
    end

    def read
      @reader.read
    end

    def ended?
      @reader.ended?
    end

    # The child's dump is complete: finish the upload and write the facts.
    def keep(facts)
      tell('verdict' => 'keep', 'facts' => facts)
    end

    def discard
      tell('verdict' => 'discard')
    end

    # It aborts its upload, unless it is just completing it.
    def stop
      Process.kill(:TERM, @pid)
    rescue SystemCallError
      nil # it has exited
    end

    # For a process that hangs or is no longer needed. `abort_upload` aborts its multipart upload, if any.
    def kill
      Process.kill(:KILL, @pid)
    rescue SystemCallError
      nil # it has exited
    end

    # → how it ended, for a message. It may still be aborting an upload in a slow bucket: an app that wants to exit does
    # not wait for that.
    def close
      [@input, @orders, @memory, @reports].each { |io| Descriptors.close(io) if io }
      status = wait
      return 'does not exit' unless status

      return "was killed by SIG#{Signal.signame(status.termsig)}" if status.signaled?

      "exited with status #{status.exitstatus}"
    rescue Errno::ECHILD
      'exited'
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

    # When the kernel refuses a new process, Ruby retries every second, forever; the watchdog ends that.
    def spawn(stdin, orders, parts, stdout)
      pid = Watchdog.within(START_SECONDS, Errno::EAGAIN) do
        Process.spawn(ENV.to_h.slice(*KEPT), RbConfig.ruby, '--disable=gems', PROGRAM,
                      in: stdin, out: stdout, 3 => orders, 4 => parts, unsetenv_others: true)
      end
      yield_to_app(pid)
      pid
    end

    # Set from here: before it could do so itself, it would load its libraries at full priority.
    def yield_to_app(pid)
      Process.setpriority(Process::PRIO_PROCESS, pid, 19)
    rescue SystemCallError
      nil # it has exited already; its pipes show that
    end

    def pipe
      IO.pipe.each { |io| Descriptors.own(io) }
    end

    def tell(message)
      @orders.write("#{JSON.generate(message)}\n")
    rescue Errno::EPIPE
      nil # the reports will show that it is gone
    end
  end
end
