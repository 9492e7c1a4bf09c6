# frozen_string_literal: true

require 'digest'
require 'json'
require 'net/http'
require 'openssl'
require 'timeout'
require 'uri'

module Heapdump
  # Posts what a rule has dumped to its webhook, in this process so that the app loads neither HTTP nor TLS, and never
  # waits. The message is JSON as Slack takes it: {"text": "…"}. It has sizes, names of dyno, app and rule, and ids of
  # dumps: no string of the app, and no secret.
  #
  # order: {'url', 'key', 'app', 'dyno', 'release', 'rule', 'reason', 'dumps' => keys, 'failed' => codes}
  class Webhook
    PAUSES_SECONDS = [1, 5, 25, 60].freeze
    OPEN_SECONDS = 10
    REQUEST_SECONDS = 20 # for a server that sends a byte now and then
    LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
    MOST_DUMPS = 8 # in the command, which has to fit into a message
    NETWORK_ERRORS = [
      SystemCallError, SocketError, IOError, OpenSSL::SSL::SSLError, Timeout::Error,
      Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Net::ProtocolError
    ].freeze

    # → the short id of a dump, see docs/protocol.md
    def self.dump_id(key)
      bits = Digest::SHA256.digest(key).unpack1('N')
      "d#{Array.new(5) { |index| LETTERS[(bits >> (27 - (5 * index))) & 31] }.join}"
    end

    def initialize(order)
      @order = order
      @uri = URI.parse(order['url'])
    end

    # Error messages must not show its contents.
    def inspect
      "#<#{self.class}>"
    end

    # → a report: `posted`, or `failed` with a message that does not show the URL, which may be a secret.
    def deliver
      pauses = PAUSES_SECONDS.dup
      loop do
        problem, is_final = try
        return {'type' => 'posted'} unless problem
        return {'type' => 'failed', 'message' => problem} if is_final || pauses.empty?

        sleep(pauses.shift)
      end
    end

    def text
      lines = ["#{place}: #{@order['reason']}. Rule #{@order['rule']} #{outcome}."]
      lines << "`heroku heapdump:analyze #{ids.first(MOST_DUMPS).join(' ')}#{@order['app'] && " -a #{@order['app']}"}`" if ids.any?
      lines.join("\n").gsub(/[&<>]/, '&' => '&amp;', '<' => '&lt;', '>' => '&gt;')
    end

    private

    # → nil, or what went wrong and whether trying again is useless
    def try
      body = JSON.generate('text' => text)
      time = Time.now.to_i
      signature = OpenSSL::HMAC.hexdigest('SHA256', @order['key'], "#{time}.#{body}")
      headers = {'content-type' => 'application/json', 'heapdump-signature' => "t=#{time},v1=#{signature}"}
      status = Timeout.timeout(REQUEST_SECONDS) { post(body, headers) }
      return nil if status.between?(200, 299)

      ["it returned #{status}", !(status >= 500 || [408, 425, 429].include?(status))]
    rescue *NETWORK_ERRORS => error
      ["it could not be reached: #{error.class}", false]
    end

    # → the status. The answer's body does not matter, and may be long, so it is not read. Redirects are not followed.
    def post(body, headers)
      http = Net::HTTP.new(@uri.host, @uri.port)
      http.use_ssl = @uri.scheme == 'https'
      http.open_timeout = OPEN_SECONDS
      http.read_timeout = REQUEST_SECONDS
      http.max_retries = 0 # `deliver` retries
      http.start do
        http.request_post(@uri.request_uri, body, headers) { |response| return response.code.to_i }
      end
    end

    def place
      "#{@order['app'] && "⬢ #{@order['app']} "}#{@order['dyno']}#{@order['release'] && " (#{@order['release']})"}"
    end

    def outcome
      failed = @order['failed']
      return "could not dump it (#{failed.uniq.join(', ')})" if ids.empty?

      dumped = "dumped #{ids.size == 1 ? 'its process' : "#{ids.size} processes"}: #{ids.join(', ')}"
      failed.empty? ? dumped : "#{dumped}; #{failed.size} failed (#{failed.uniq.join(', ')})"
    end

    def ids
      @ids ||= @order['dumps'].map { |key| self.class.dump_id(key) }
    end
  end
end
