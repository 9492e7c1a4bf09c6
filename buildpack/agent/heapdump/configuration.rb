# frozen_string_literal: true

module Heapdump
  # Everything the agent reads from the environment, in one place. Read once: changing a config var restarts the dyno.
  class Configuration
    # Where dumps go. `endpoint` is nil for AWS itself.
    Storage = Struct.new(:bucket, :access_key_id, :secret_access_key, :session_token, :region, :endpoint, keyword_init: true)

    PLAIN = {
      bucket: 'AWS_S3_BUCKET_NAME', access_key_id: 'AWS_ACCESS_KEY_ID', secret_access_key: 'AWS_SECRET_ACCESS_KEY'
    }.freeze
    BUCKETEER = {
      bucket: 'BUCKETEER_BUCKET_NAME', access_key_id: 'BUCKETEER_AWS_ACCESS_KEY_ID',
      secret_access_key: 'BUCKETEER_AWS_SECRET_ACCESS_KEY'
    }.freeze

    def initialize(env = ENV.to_h)
      @env = env
    end

    def dyno
      value('DYNO')
    end

    def release
      value('HEROKU_RELEASE_VERSION')
    end

    def database_url
      value('HEAPDUMP_DATABASE_URL') || value('DATABASE_URL')
    end

    # What signs the conversation: known to the app and its operators alone.
    def secret
      value('HEAPDUMP_SECRET') || value('AWS_SECRET_ACCESS_KEY') || value('BUCKETEER_AWS_SECRET_ACCESS_KEY')
    end

    def traced_from_boot?
      value('HEAPDUMP_TRACE') == 'boot'
    end

    def storage
      names = storage_names
      Storage.new(
        bucket: value(names[:bucket]), access_key_id: value(names[:access_key_id]),
        secret_access_key: value(names[:secret_access_key]),
        session_token: bucketeer? ? nil : value('AWS_SESSION_TOKEN'),
        region: region, endpoint: value('AWS_ENDPOINT_URL_S3')
      )
    end

    # Names of the config vars without which nothing can be stored.
    def missing_for_storage
      storage_names.values.reject { |name| value(name) }
    end

    private

    def bucketeer?
      plain = value(PLAIN[:bucket]) && value(PLAIN[:access_key_id])
      !plain && !value(BUCKETEER[:bucket]).nil?
    end

    def storage_names
      bucketeer? ? BUCKETEER : PLAIN
    end

    def region
      (bucketeer? && value('BUCKETEER_AWS_REGION')) || value('AWS_REGION') || value('AWS_DEFAULT_REGION') || 'us-east-1'
    end

    def value(name)
      text = @env[name]
      text.nil? || text.strip.empty? ? nil : text.strip
    end
  end
end
