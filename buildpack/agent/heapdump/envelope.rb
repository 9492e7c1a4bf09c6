# frozen_string_literal: true

require 'json'
require 'openssl'

module Heapdump
  # `1.<signature>.<json>`: docs/protocol.md. Version and channel are signed along: a payload is forged that was copied
  # to another channel, or has another version written on it.
  class Envelope
    # Why a payload is not answered; `kind` is what the log counts by.
    class Rejected < StandardError
      attr_reader :kind

      def initialize(kind, message)
        super(message)
        @kind = kind
      end
    end

    # Signed like ours, but of another version. `said` is its JSON: enough to answer that we do not understand.
    class OtherVersion < Rejected
      attr_reader :said

      def initialize(version, said)
        super(:version, "version #{version} of the protocol: update the buildpack or the plugin")
        @said = said
      end
    end

    VERSION = 1
    # Every dyno's leader listens there too.
    EVERYWHERE = 'heapdump__all'
    MAXIMUM_BYTES = 7_999 # Postgres's own limit
    CHANNEL_BYTES = 63 # longer identifiers are cut by Postgres
    SHAPE = /\A(\d{1,4})\.([0-9a-f]{64})\.(\{.*\})\z/m.freeze

    def self.channel_of(dyno)
      "heapdump_#{dyno.downcase.gsub(/[^a-z0-9]/, '_')}".byteslice(0, CHANNEL_BYTES)
    end

    def self.reply_channel(id)
      "heapdump_reply_#{id}"
    end

    def initialize(secret)
      @key = OpenSSL::HMAC.digest('SHA256', secret, 'heroku-heapdump protocol 1')
    end

    # What it holds is not for error messages.
    def inspect
      "#<#{self.class}>"
    end

    def seal(channel, message)
      json = JSON.generate(message)
      "#{VERSION}.#{signature(VERSION, channel, json)}.#{json}"
    end

    # → the message, a Hash. Raises Rejected.
    def open(channel, payload)
      raise Rejected.new(:oversized, 'longer than 7,999 bytes') if payload.bytesize > MAXIMUM_BYTES

      version, signature, json = parts(payload)
      expected = signature(version, channel, json)
      raise Rejected.new(:signature, 'unsigned, or signed with another secret') unless same?(signature, expected)

      parse(version, json)
    end

    private

    def parts(payload)
      text = payload.dup.force_encoding(Encoding::UTF_8)
      match = text.valid_encoding? && SHAPE.match(text)
      raise Rejected.new(:malformed, 'not <version>.<signature>.<json>') unless match

      match.captures
    end

    # Every version signs alike, so that another one can be told from a forgery.
    def parse(version, json)
      message = JSON.parse(json)
      raise OtherVersion.new(version, message) if version != VERSION.to_s && message.is_a?(Hash)
      return message if message.is_a?(Hash) && message['v'] == VERSION

      raise Rejected.new(:malformed, 'signed, but not a message of this version')
    rescue JSON::ParserError
      raise Rejected.new(:malformed, 'signed, but not JSON')
    end

    def signature(version, channel, json)
      OpenSSL::HMAC.hexdigest('SHA256', @key, "#{version}\n#{channel}\n#{json}")
    end

    # In constant time; OpenSSL's own came with Ruby 3.0.
    def same?(given, expected)
      given.bytesize == expected.bytesize && given.bytes.zip(expected.bytes).reduce(0) { |sum, (a, b)| sum | (a ^ b) }.zero?
    end
  end
end
