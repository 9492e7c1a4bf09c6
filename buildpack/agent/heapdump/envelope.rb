# frozen_string_literal: true

require 'json'
require 'openssl'

module Heapdump
  # `1.<signature>.<json>`, see docs/protocol.md. The signature covers version and channel too: a payload that was
  # copied to another channel, or carries another version, counts as forged.
  class Envelope
    # Why a payload is rejected; the log counts by `kind`.
    class Rejected < StandardError
      attr_reader :kind

      def initialize(kind, message)
        super(message)
        @kind = kind
      end
    end

    # Signed with our secret, but of another version. `content` is its JSON: enough to answer that we do not understand.
    class OtherVersion < Rejected
      attr_reader :content

      def initialize(version, content)
        super(:version, "it uses protocol version #{version}: update the buildpack or the plugin")
        @content = content
      end
    end

    VERSION = 1
    # Every dyno's leader also listens on this channel.
    EVERYWHERE = 'heapdump__all'
    MAXIMUM_BYTES = 7_999 # Postgres's own limit
    CHANNEL_BYTES = 63 # Postgres truncates longer identifiers
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

    # Error messages must not show its contents.
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

    # Every version signs the same way, so that another version can be told from a forgery.
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

    # In constant time; OpenSSL.fixed_length_secure_compare came with Ruby 3.0.
    def same?(given, expected)
      given.bytesize == expected.bytesize && given.bytes.zip(expected.bytes).reduce(0) { |sum, (a, b)| sum | (a ^ b) }.zero?
    end
  end
end
