# frozen_string_literal: true

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
    ENCRYPTION = {'x-amz-server-side-encryption' => 'AES256'}.freeze

    # storage: as Configuration::Storage#to_h has it, with string keys.
    def initialize(storage)
      @signer = Signer.new(access_key_id: storage['access_key_id'], secret_access_key: storage['secret_access_key'],
                           session_token: storage['session_token'], region: storage['region'])
      @region = storage['region']
      endpoint = storage['endpoint']
      @base = URI.parse(endpoint || "https://#{storage['bucket']}.s3.#{@region}.amazonaws.com")
      @prefix = endpoint ? "#{@base.path.chomp('/')}/#{Signer.encode(storage['bucket'])}" : ''
    end

    def put(key, body, content_type)
      call('PUT', key, body: body, headers: ENCRYPTION.merge('content-type' => content_type))
    end

    # → upload id
    def begin_upload(key, content_type)
      response = call('POST', key, query: {'uploads' => ''}, headers: ENCRYPTION.merge('content-type' => content_type))
      response.body[%r{<UploadId>([^<]+)</UploadId>}, 1] || raise(Refused.new(200, nil, 'S3 answered without an upload id'))
    end

    # → etag
    def put_part(key, upload_id, number, body)
      call('PUT', key, query: {'partNumber' => number, 'uploadId' => upload_id}, body: body)['etag']
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
        answer(send_request(method, key, query, headers, body))
      rescue Refused, *NETWORK_ERRORS => error
        close
        raise refusal(error) unless passing?(error) && (pause = pauses.shift)

        sleep(pause)
        retry
      end
    end

    def send_request(method, key, query, headers, body)
      path = "#{@prefix}#{Signer.encode_path(key)}"
      signed = @signer.sign(method, path, query: query, headers: headers.merge('host' => host), body: body)
      target = query.empty? ? path : "#{path}?#{Signer.encode_query(query)}"
      request = Net::HTTPGenericRequest.new(method, !%w[HEAD DELETE].include?(method), method != 'HEAD', target,
                                            signed.reject { |name, _| name == 'host' })
      request['host'] = host
      request.body = body unless %w[HEAD DELETE].include?(method)
      connection.request(request)
    end

    # S3 may say 200 to a completion and put the error into the body.
    def answer(response)
      failed = response.code.to_i >= 300 || response.body.to_s.include?('<Error>')
      return response unless failed

      code = response.body.to_s[%r{<Code>([A-Za-z0-9]{1,64})</Code>}, 1]
      message = "S3 said #{response.code}#{code && " #{code}"}"
      elsewhere = response['x-amz-bucket-region'] || response.body.to_s[%r{<Region>([a-z0-9-]+)</Region>}, 1]
      message += ": the bucket is in #{elsewhere}, AWS_REGION is #{@region}" if elsewhere && elsewhere != @region
      raise Refused.new(response.code.to_i, code, message)
    end

    def passing?(error)
      return true unless error.is_a?(Refused)

      error.status >= 500 || error.status == 429 || error.status == 200 || error.code == 'RequestTimeout'
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
