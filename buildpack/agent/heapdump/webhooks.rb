# frozen_string_literal: true

require 'openssl'
require_relative 'clock'
require_relative 'log'
require_relative 'uploader_process'

module Heapdump
  # Messages to the webhooks of rules, on their way. Each is sent by a process of its own (uploader/webhook.rb), and
  # nothing waits for it: a webhook that hangs delays no dump.
  class Webhooks
    SECONDS = 300 # longer than all tries take
    MOST = 4 # at a time
    PURPOSE = 'heroku-heapdump webhook 1'

    def initialize(secret)
      # The key of the signatures: who receives messages can verify them with it, but not request dumps.
      @key = secret && OpenSSL::HMAC.hexdigest('SHA256', secret, PURPOSE)
      @mutex = Mutex.new
      @sent = []
    end

    # Error messages must not show its contents.
    def inspect
      "#<#{self.class}>"
    end

    # rule: its webhook is posted to. message: see uploader/webhook.rb.
    def post(rule, message)
      reap
      @mutex.synchronize do
        return Log.line("rule #{rule.name}: nothing posted to its webhook: #{MOST} messages are still on their way") if @sent.size >= MOST

        order = message.merge('url' => rule.webhook_url, 'app' => rule.webhook_app, 'rule' => rule.name, 'key' => @key)
        @sent << [rule, UploaderProcess.new('post' => order), Clock.now + SECONDS]
      end
    rescue SystemCallError, ThreadError => error
      Log.line("rule #{rule.name}: nothing posted to its webhook: #{error.class}")
    end

    # Logs the outcomes. Takes no time, so it may be called often.
    def reap
      @mutex.synchronize do
        @sent.reject! do |rule, process, deadline|
          report = process.read.first
          next false unless report || process.ended? || Clock.now > deadline

          finish(rule, process, report)
        end
      end
    end

    private

    def finish(rule, process, report)
      process.kill
      process.close
      failure = report && report['type'] == 'posted' ? nil : (report && report['message']) || 'it did not answer in time'
      Log.line("rule #{rule.name}: #{failure ? "cannot post to its webhook: #{failure}" : 'posted to its webhook'}")
      true
    end
  end
end
