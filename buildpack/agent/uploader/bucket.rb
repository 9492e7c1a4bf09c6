# frozen_string_literal: true

require 'digest'
require 'net/http'
require 'openssl'
require 'uri'
require_relative 'signer'

module Heapdump
  # The few S3 calls an upload needs, each tried again while that can help: on 5xx, throttling and network errors, and on nothing else.
  class Bucket
    # What S3 answered, or that it could not be reached; the message holds status and S3's code, and nothing of the app's.
    class Refused < StandardError
      attr_reader :status, :code

      def initialize(status, code, message)
        super(message)
        @status = status
        @code = code
      end
    end

    PAUSES_SECONDS = [0.5, 1, 2, 4].freeze
    NETWORK_ERRORS = [
      SystemCallError, SocketError, IOError, OpenSSL::SSL::SSLError, Net::OpenTimeout, Net::ReadTimeout,
      Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Net::ProtocolError
    ].freeze

    # storage: as Configuration::Storage#to_h has it, with string keys.
    def initialize(storage)
      @signer = Signer.new(access_key_id: storage['access_key_id'], secret_access_key: storage['secret_access_key'],
                           session_token: storage['session_token'], region: storage['region'])
      @http = nil
      @region = storage['region']
      @encryption = encryption(storage['encryption'], storage['kms_key_id'])
      endpoint = storage['endpoint']
      @base = URI.parse(endpoint || "https://#{storage['bucket']}.s3.#{@region}.amazonaws.com")
      @prefix = endpoint ? "#{@base.path.chomp('/')}/#{Signer.encode(storage['bucket'])}" : ''
    end

    def put(key, body, content_type)
      call('PUT', key, body: body, headers: @encryption.merge('content-type' => content_type)) { |response| check(response, body) }
    end

    # → the body, or nil: no such object.
    def get(key)
      call('GET', key).body
    rescue Refused => error
      raise unless error.status == 404 && error.code != 'NoSuchBucket'
    end

    # → keys with that prefix that come after another, in order; at most so many pages of 1,000.
    def list(prefix, start_after, pages)
      query = {'list-type' => 2, 'prefix' => prefix, 'start-after' => start_after}
      keys = []
      pages.times do
        body = call('GET', '', query: query).body
        keys.concat(body.scan(%r{<Key>([^<]+)</Key>}).flatten)
        token = body[%r{<NextContinuationToken>([^<]+)</NextContinuationToken>}, 1]
        return keys unless token

        query = query.merge('continuation-token' => token)
      end
      keys
    end

    # → upload id
    def begin_upload(key, content_type)
      response = call('POST', key, query: {'uploads' => ''}, headers: @encryption.merge('content-type' => content_type))
      response.body[%r{<UploadId>([^<]+)</UploadId>}, 1] || raise(Refused.new(200, nil, 'S3 answered without an upload id'))
    end

    # → etag
    def put_part(key, upload_id, number, body)
      call('PUT', key, query: {'partNumber' => number, 'uploadId' => upload_id}, body: body) { |response| check(response, body) }['etag']
    end

    def complete_upload(key, upload_id, etags)
      parts = etags.each_with_index.map { |etag, index| "<Part><PartNumber>#{index + 1}</PartNumber><ETag>#{etag}</ETag></Part>" }
      xml = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">#{parts.join}</CompleteMultipartUpload>"
      call('POST', key, query: {'uploadId' => upload_id}, body: xml, headers: {'content-type' => 'application/xml'})
    rescue Refused => error
      # The answer to an earlier try was lost on the way: the upload is gone because it is complete.
      raise unless error.code == 'NoSuchUpload' && exists?(key)
    end

    def abort_upload(key, upload_id)
      call('DELETE', key, query: {'uploadId' => upload_id})
    rescue Refused => error
      raise unless error.status == 404
    end

    def close
      @http&.finish if @http&.started?
    rescue IOError
      nil
    end

    private

    def exists?(key)
      call('HEAD', key)
    rescue Refused
      false
    end

    def call(method, key, query: {}, headers: {}, body: '')
      pauses = PAUSES_SECONDS.dup
      begin
        answer(send_request(method, key, query, headers, body)).tap { |response| yield response if block_given? }
      rescue Refused, *NETWORK_ERRORS => error
        close
        raise refusal(error) unless passing?(error) && (pause = pauses.shift)

        sleep(pause)
        retry
      end
    end

    def send_request(method, key, query, headers, body)
      headers = headers.merge('content-md5' => Digest::MD5.base64digest(body)) unless body.empty?
      path = "#{@prefix}#{Signer.encode_path(key)}"
      signed = @signer.sign(method, path, query: query, headers: headers.merge('host' => host), body: body)
      target = query.empty? ? path : "#{path}?#{Signer.encode_query(query)}"
      request = Net::HTTPGenericRequest.new(method, %w[PUT POST].include?(method), method != 'HEAD', target,
                                            signed.reject { |name, _| name == 'host' })
      request['host'] = host
      request.body = body if %w[PUT POST].include?(method)
      connection.request(request)
    end

    # With S3's own keys unless a key of KMS is named. `none` is for stores that know no encryption and refuse whoever asks for it.
    def encryption(kind, kms_key_id)
      return {} if kind == 'none'
      return {'x-amz-server-side-encryption' => 'AES256'} unless kms_key_id

      {'x-amz-server-side-encryption' => 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id' => kms_key_id,
       'x-amz-server-side-encryption-bucket-key-enabled' => 'true'}
    end

    # What S3 took is what was sent: it compares Content-MD5, and its ETag says what it stored, except under a key of KMS.
    def check(response, body)
      etag = response['etag'].to_s.delete('"')
      return if response['x-amz-server-side-encryption'].to_s.start_with?('aws:kms') || !etag.match?(/\A\h{32}\z/)
      return if etag == Digest::MD5.hexdigest(body)

      raise Refused.new(200, 'BadDigest', 'S3 stored something else than was sent')
    end

    # S3 may say 200 to a completion and put the error into the body.
    def answer(response)
      failed = response.code.to_i >= 300 || response.body.to_s.include?('<Error>')
      return response unless failed

      code = response.body.to_s[%r{<Code>([A-Za-z0-9]{1,64})</Code>}, 1]
      message = "S3 said #{response.code}#{code && " #{code}"}"
      elsewhere = response['x-amz-bucket-region'] || response.body.to_s[%r{<Region>([a-z0-9-]+)</Region>}, 1]
      message += ' (the key of HEAPDUMP_KMS_KEY_ID)' if code.to_s.start_with?('KMS')
      message += ": the bucket is in #{elsewhere}, AWS_REGION is #{@region}" if elsewhere && elsewhere != @region
      raise Refused.new(response.code.to_i, code, message)
    end

    def passing?(error)
      return true unless error.is_a?(Refused)

      error.status >= 500 || error.status == 429 || error.status == 200 || %w[RequestTimeout BadDigest].include?(error.code)
    end

    def refusal(error)
      return error if error.is_a?(Refused)

      Refused.new(nil, nil, "S3 could not be reached: #{error.class}")
    end

    def host
      @base.port == @base.default_port ? @base.host : "#{@base.host}:#{@base.port}"
    end

    def connection
      return @http if @http&.started?

      @http = Net::HTTP.new(@base.host, @base.port)
      @http.use_ssl = @base.scheme == 'https'
      @http.open_timeout = 10
      @http.read_timeout = 60
      @http.write_timeout = 60
      @http.max_retries = 0 # retries are counted here
      @http.start
    end
  end
end
