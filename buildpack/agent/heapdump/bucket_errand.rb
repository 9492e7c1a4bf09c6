# frozen_string_literal: true

require_relative 'clock'
require_relative 'uploader_process'

module Heapdump
  # Reads from the bucket in a separate process, which usually takes a second. After SECONDS it is killed, whatever it
  # is doing. See uploader/errand.rb.
  module BucketErrand
    class Failed < StandardError; end

    SECONDS = 30

    class << self
      # → the object's text, or nil if it does not exist.
      def read(configuration, key)
        run(configuration, 'read' => key)['text']
      end

      # since: a Time. → keys of the .facts objects written since then.
      def list(configuration, since)
        run(configuration, 'list' => since.utc.strftime('%Y%m%dT%H%M%SZ'))['keys']
      end

      private

      def run(configuration, errand)
        process = UploaderProcess.new('storage' => configuration.storage.to_h, 'errand' => errand)
        deadline = Clock.now + SECONDS
        report = nil
        until report || process.ended? || (left = deadline - Clock.now).negative?
          report = process.read.first if IO.select([process.reports], nil, nil, left)
        end
        return report if report && %w[content listed].include?(report['type'])

        raise Failed, (report && report['message']) || 'the bucket did not answer in time'
      rescue SystemCallError => error
        raise Failed, error.message
      ensure
        process&.kill
        process&.close
      end
    end
  end
end
