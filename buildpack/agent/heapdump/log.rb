# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # Lines on the app's stderr. Events that others can trigger at will (bad payloads, a flapping database) are logged
  # once an hour per kind, with the number of lines left out. Never logs a payload or a credential.
  module Log
    QUIET_SECONDS = 3600

    @logged = {}
    # Up to Ruby 3.3, a NameError's message shows the receiver with all its contents.
    RECEIVER = / for .*/m.freeze

    class << self
      def line(text)
        $stderr.write("[heapdump] #{text}\n")
      rescue StandardError
        nil # keep running without stderr
      end

      def once(kind, text)
        now = Clock.now
        logged_at, left_out = @logged[kind]
        return @logged[kind] = [logged_at, left_out + 1] if logged_at && now - logged_at < QUIET_SECONDS

        @logged[kind] = [now, 0]
        line(left_out.to_i.zero? ? text : "#{text} (and #{left_out} more since the last line like this)")
      end

      # Describes an exception in one line, without contents of the app's or the agent's memory.
      def describe(error)
        text = error.is_a?(NameError) ? error.message.sub(RECEIVER, '') : error.message
        "#{error.class}: #{text.lines.first.to_s.chomp}".scrub[0, 300]
      end

      # Logs the next line of this kind again.
      def forget(kind)
        @logged.delete(kind)
      end
    end
  end
end
