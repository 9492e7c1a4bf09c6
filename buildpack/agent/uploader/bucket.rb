# frozen_string_literal: true

require 'digest'
require 'net/http'
require 'openssl'
require 'timeout'
require 'uri'
require_relative 'signer'

module Heapdump
  # The few S3 calls an upload needs. Each is retried where that can help: on 5xx, throttling and network errors only.
  #
  # Responses are untrusted: anyone who can write to the bucket, or sits in between, controls them. Each has limits of
  # size and time, and must be complete.
  class Bucket
    # S3 refused, or could not be reached. The message has the status and S3's code, and nothing of the app's.
    class Refused < StandardError
      attr_reader :status, :code

      def initialize(status, code, message)
        super(message)
        @status = status
        @code = code
      end
    end

    PAUSES_SECONDS = [0.5, 1, 2, 4].freeze
    REQUEST_SECONDS = 300 # a part at 17 kB/s
    TEXT_BYTES = 8 * 1024 # rules fit into a NOTIFY
    PAGE_BYTES = 1 << 20 # 1,000 keys of a kilobyte each
    ANSWER_BYTES = 64 * 1024 # any other response
    LISTING = %r{<ListBucketResult\b.*</ListBucketResult>}mn.freeze
    REGION = /\A[a-z0-9-]{1,32}\z/.freeze
    ETAG = %r{\A"?[\w+/=.-]{1,128}"?\z}.freeze
    NETWORK_ERRORS = [
      SystemCallError, SocketError, IOError, OpenSSL::SSL::SSLError, Timeout::Error,
      Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Net::ProtocolError
    ].freeze

    # storage: Configuration::Storage#to_h, with string keys.
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

    # → the object's text, or nil if there is no such object.
    def get(key)
      call('GET', key, limit: TEXT_BYTES).body.force_encoding(Encoding::UTF_8).scrub
    rescue Refused => error
      raise unless error.status == 404 && error.code != 'NoSuchBucket'
    end

    # → keys with that prefix after `start_after`, in order; at most `pages` of 1,000.
    def list(prefix, start_after, pages)
      query = {'list-type' => 2, 'prefix' => prefix, 'start-after' => start_after}
      keys = []
      pages.times do
        body = call('GET', '', query: query, limit: PAGE_BYTES).body
        raise Refused.new(200, nil, 'S3 returned something other than a listing') unless body.match?(LISTING)

        keys.concat(body.scan(%r{<Key>([^<]+)</Key>}).flatten)
        token = body[%r{<NextContinuationToken>([^<]+)</NextContinuationToken>}, 1]
        return keys if token.nil? || token == query['continuation-token']

        query = query.merge('continuation-token' => token)
      end
      keys
    end

    # → upload id
    def begin_upload(key, content_type)
      response = call('POST', key, query: {'uploads' => ''}, headers: @encryption.merge('content-type' => content_type))
      id = response.body[%r{<UploadId>([^<>&\s]{1,1024})</UploadId>}, 1]
      id || raise(Refused.new(200, nil, 'S3 returned no upload id'))
    end

    # → etag
    def put_part(key, upload_id, number, body)
      query = {'partNumber' => number, 'uploadId' => upload_id}
      headers = {'content-type' => 'application/octet-stream'}
      response = call('PUT', key, query: query, headers: headers, body: body) { |answer| check(answer, body) }
      response['etag'].to_s[ETAG] || raise(Refused.new(200, nil, 'S3 returned no ETag'))
    end

    def complete_upload(key, upload_id, etags)
      parts = etags.each_with_index.map { |etag, index| "<Part><PartNumber>#{index + 1}</PartNumber><ETag>#{etag}</ETag></Part>" }
      xml = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">#{parts.join}</CompleteMultipartUpload>"
      call('POST', key, query: {'uploadId' => upload_id}, body: xml, headers: {'content-type' => 'application/xml'})
    rescue Refused => error
      # The response to an earlier try was lost: the upload is gone because it is complete.
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

    def call(method, key, query: {}, headers: {}, body: '', limit: ANSWER_BYTES)
      pauses = PAUSES_SECONDS.dup
      begin
        request = request_for(method, key, query, headers, body)
        response = Timeout.timeout(REQUEST_SECONDS) do
          connection.request(request) { |answer| read(answer, limit, method != 'HEAD') }
        end
        answer(response).tap { |one| yield one if block_given? }
      rescue Refused, *NETWORK_ERRORS => error
        close
        raise refusal(error) unless transient?(error) && (pause = pauses.shift)

        sleep(pause)
        retry
      end
    end

    def request_for(method, key, query, headers, body)
      headers = headers.merge('content-md5' => Digest::MD5.base64digest(body)) unless body.empty?
      path = "#{@prefix}#{Signer.encode_path(key)}"
      signed = @signer.sign(method, path, query: query, headers: headers.merge('host' => host), body: body)
      target = query.empty? ? path : "#{path}?#{Signer.encode_query(query)}"
      # Not signed, because the proxies of some stores change it. Without it, Net::HTTP asks for gzip and inflates a
      # body of any size.
      headers = signed.reject { |name, _| name == 'host' }.merge('accept-encoding' => 'identity')
      request = Net::HTTPGenericRequest.new(method, %w[PUT POST].include?(method), method != 'HEAD', target, headers)
      request['host'] = host
      request.body = body if %w[PUT POST].include?(method)
      request
    end

    # Net::HTTP reads bodies of any size, and treats a closed connection as the end of the body.
    def read(response, limit, has_body)
      body = ''.b
      response.read_body do |piece|
        body << piece
        raise Refused.new(nil, nil, "S3 sent more than the expected #{limit} bytes") if body.bytesize > limit
      end
      raise EOFError, 'the response ended early' if has_body && body.bytesize < response.content_length.to_i

      response.body = body
    end

    # Uses S3's own keys unless a KMS key is configured. `none` is for stores that reject requests for encryption.
    def encryption(kind, kms_key_id)
      return {} if kind == 'none'
      return {'x-amz-server-side-encryption' => 'AES256'} unless kms_key_id

      {'x-amz-server-side-encryption' => 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id' => kms_key_id,
       'x-amz-server-side-encryption-bucket-key-enabled' => 'true'}
    end

    # Checks that S3 stored what was sent: S3 compares Content-MD5, and its ETag is the MD5 of what it stored, except
    # with a KMS key.
    def check(response, body)
      etag = response['etag'].to_s.delete('"')
      return if response['x-amz-server-side-encryption'].to_s.start_with?('aws:kms') || !etag.match?(/\A\h{32}\z/)
      return if etag == Digest::MD5.hexdigest(body)

      raise Refused.new(200, 'BadDigest', 'S3 stored something other than what was sent')
    end

    # S3 may answer a completion with 200 and an error in the body.
    def answer(response)
      failed = response.code.to_i >= 300 || response.body.to_s.include?('<Error>')
      return response unless failed

      code = response.body.to_s[%r{<Code>([A-Za-z0-9]{1,64})</Code>}, 1]
      message = "S3 returned #{response.code}#{code && " #{code}"}"
      elsewhere = response['x-amz-bucket-region'].to_s[REGION]
      elsewhere ||= response.body.to_s[%r{<Region>([a-z0-9-]{1,32})</Region>}, 1]
      message += ' (for the key in HEAPDUMP_KMS_KEY_ID)' if code.to_s.start_with?('KMS')
      message += ": the bucket is in #{elsewhere}, AWS_REGION is #{@region}" if elsewhere && elsewhere != @region
      raise Refused.new(response.code.to_i, code, message)
    end

    def transient?(error)
      return true unless error.is_a?(Refused)
      return false unless error.status

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
      @http.max_retries = 0 # `call` retries
      @http.start
    end
  end
end
