# frozen_string_literal: true

require 'digest'
require 'openssl'

module Heapdump
  # AWS Signature Version 4, in the Authorization header.
  # https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  class Signer
    ALGORITHM = 'AWS4-HMAC-SHA256'
    UNRESERVED = /[^A-Za-z0-9\-._~]/n.freeze

    # Percent-encodes everything except unreserved characters, byte by byte. S3 encodes a path only once, and keeps its
    # slashes.
    def self.encode(text)
      text.b.gsub(UNRESERVED) { |byte| format('%%%02X', byte.ord) }
    end

    def self.encode_path(key)
      "/#{key.split('/', -1).map { |segment| encode(segment) }.join('/')}"
    end

    def self.encode_query(query)
      query.map { |name, value| [encode(name), encode(value.to_s)] }.sort.map { |pair| pair.join('=') }.join('&')
    end

    def initialize(access_key_id:, secret_access_key:, region:, session_token: nil, service: 's3')
      @access_key_id = access_key_id
      @secret_access_key = secret_access_key
      @session_token = session_token
      @region = region
      @service = service
    end

    # Error messages must not show its contents.
    def inspect
      "#<#{self.class}>"
    end

    # path: encoded, as sent; query: a hash; headers must include `host`. → the headers to send, with lower-case names.
    def sign(method, path, query: {}, headers: {}, body: '', now: Time.now.utc)
      payload_hash = Digest::SHA256.hexdigest(body)
      time = now.strftime('%Y%m%dT%H%M%SZ')
      signed = headers.transform_keys(&:downcase).merge('x-amz-content-sha256' => payload_hash, 'x-amz-date' => time)
      signed['x-amz-security-token'] = @session_token if @session_token
      signed = signed.sort.to_h
      names = signed.keys.join(';')
      lines = signed.map { |name, value| "#{name}:#{value.to_s.strip.gsub(/ +/, ' ')}\n" }.join
      request = [method, path, self.class.encode_query(query), lines, names, payload_hash].join("\n")
      scope = "#{time[0, 8]}/#{@region}/#{@service}/aws4_request"
      text = [ALGORITHM, time, scope, Digest::SHA256.hexdigest(request)].join("\n")
      signature = OpenSSL::HMAC.hexdigest('SHA256', key_for(time[0, 8]), text)
      credential = "#{@access_key_id}/#{scope}"
      signed.merge('authorization' => "#{ALGORITHM} Credential=#{credential},SignedHeaders=#{names},Signature=#{signature}")
    end

    private

    def key_for(date)
      [date, @region, @service, 'aws4_request'].reduce("AWS4#{@secret_access_key}") do |key, part|
        OpenSSL::HMAC.digest('SHA256', key, part)
      end
    end
  end
end
