# frozen_string_literal: true

require_relative 'clock'

module Heapdump
  # Lines on the app's stderr. What somebody else can cause at will (bad payloads, a database that comes and goes) is said once an
  # hour for each kind, with the number of times it was left out. Never a payload, never a credential.
  module Log
    QUIET_SECONDS = 3600

    @said = {}
    # Up to Ruby 3.3 a NameError's message shows the object that lacks the name, with all it holds.
    RECEIVER = / for .*/m.freeze

    class << self
      def line(text)
        $stderr.write("[heapdump] #{text}\n")
      rescue StandardError
        nil # a closed stderr is no reason to stop
      end

      def once(kind, text)
        now = Clock.now
        said_at, left_out = @said[kind]
        return @said[kind] = [said_at, left_out + 1] if said_at && now - said_at < QUIET_SECONDS

        @said[kind] = [now, 0]
        line(left_out.to_i.zero? ? text : "#{text} (and #{left_out} times since the last line like this)")
      end

      # An exception in one line, without what the app or the agent has in memory.
      def describe(error)
        text = error.is_a?(NameError) ? error.message.sub(RECEIVER, '') : error.message
        "#{error.class}: #{text.lines.first.to_s.chomp}".scrub[0, 300]
      end

      # The next line of this kind is news again.
      def forget(kind)
        @said.delete(kind)
      end
    end
  end
end
