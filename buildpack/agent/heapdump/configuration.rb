# frozen_string_literal: true

require_relative 'ledger'
require_relative 'units'

module Heapdump
  # Everything the agent reads from the environment. Read once: changing a config var restarts the dyno.
  class Configuration
    # Where dumps go. `endpoint` is nil for AWS.
    Storage = Struct.new(:bucket, :access_key_id, :secret_access_key, :session_token, :region, :endpoint, :encryption, :kms_key_id,
                         keyword_init: true) do
      def inspect
        "#<#{self.class} #{bucket}>"
      end
      alias_method :to_s, :inspect
    end

    PLAIN = {
      bucket: 'AWS_S3_BUCKET_NAME', access_key_id: 'AWS_ACCESS_KEY_ID', secret_access_key: 'AWS_SECRET_ACCESS_KEY'
    }.freeze
    BUCKETEER = {
      bucket: 'BUCKETEER_BUCKET_NAME', access_key_id: 'BUCKETEER_AWS_ACCESS_KEY_ID',
      secret_access_key: 'BUCKETEER_AWS_SECRET_ACCESS_KEY'
    }.freeze

    DAILY_LIMIT = 100
    LEAST_SECRET_CHARACTERS = 32
    PLAIN_WORDS = %w[none no off false 0].freeze

    def initialize(env = ENV.to_h)
      @env = env
    end

    # Error messages must not show its contents.
    def inspect
      "#<#{self.class}>"
    end

    def dyno
      value('DYNO')
    end

    # "web" for "web.1", "my-worker" for "my-worker-848cd4f64d-pvpr2"; nil for any other form of name.
    def process_type
      dyno.to_s[/\A(.+?)(?:\.\d+|-[^-.]+-[^-.]+)\z/, 1]
    end

    # The name from HEAPDUMP_DYNOS that this dyno shares with its siblings, or nil. Dynos of the Fir generation have no
    # numbers ("web-848cd4f64d-pvpr2"): there, "web.1" is whichever web dyno is elected.
    def shared_name
      return nil if dyno.match?(/\.\d+\z/) || chosen_dynos.include?(dyno)

      chosen_dynos.find { |chosen| process_type && chosen == "#{process_type}.1" }
    end

    def release
      value('HEROKU_RELEASE_VERSION')
    end

    # The second is DATABASE_URL as it was at boot, which the CLI uses too: a connection pool on the dyno changes it.
    def database_url
      value('HEAPDUMP_DATABASE_URL') || value('HEAPDUMP_BOOT_DATABASE_URL') || value('DATABASE_URL')
    end

    # Signs all messages; only the app and its operators know it.
    def secret
      value('HEAPDUMP_SECRET') || value('AWS_SECRET_ACCESS_KEY') || value('BUCKETEER_AWS_SECRET_ACCESS_KEY')
    end

    # A shorter secret can be found by brute force from a single message.
    def short_secret?
      value('HEAPDUMP_SECRET') && value('HEAPDUMP_SECRET').length < LEAST_SECRET_CHARACTERS
    end

    # http to another machine: dumps can be read in transit.
    def plain_endpoint?
      value('AWS_ENDPOINT_URL_S3').to_s.match?(%r{\Ahttp://(?!(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|\z))}i)
    end

    def trace_from_boot?
      value('HEAPDUMP_TRACE') == 'boot'
    end

    # Bytes, or nil. A dyno does not know its quota; the CLI does, and sends it with the request.
    def memory_quota
      Units.quota(value('HEAPDUMP_MEMORY_QUOTA'))
    end

    # None by default: a person confirms every dump, and has reasons for a second one; see docs/safety.md.
    def cooldown_seconds
      Units.seconds(value('HEAPDUMP_COOLDOWN')) || 0
    end

    # Requests in 24 hours; 0 = no limit. Capped at what the ledger remembers.
    def daily_limit
      [Integer(value('HEAPDUMP_DAILY_LIMIT').to_s, 10, exception: false) || DAILY_LIMIT, Ledger::MOST_REQUESTS].min
    end

    # How often the rules for automatic dumps are evaluated.
    def sample_seconds
      Float(value('HEAPDUMP_SAMPLE_SECONDS') || 30)
    rescue ArgumentError
      30.0
    end

    # HEAPDUMP_ON_MEMORY, HEAPDUMP_ON_GROWTH, HEAPDUMP_SCHEDULE; see Rule.
    def rule_text(name)
      value(name)
    end

    def rule_limits
      {'cooldown' => value('HEAPDUMP_RULE_COOLDOWN'), 'perDay' => value('HEAPDUMP_RULE_DAILY_LIMIT')}
    end

    # Dumps are redacted unless the request or the config var says otherwise; `always` cannot be overridden.
    def redact?(asked = nil)
      return true if redacts_always?

      asked.nil? ? !PLAIN_WORDS.include?(value('HEAPDUMP_REDACT')) : asked
    end

    def redacts_always?
      value('HEAPDUMP_REDACT') == 'always'
    end

    # Names of config vars with a value that the agent cannot parse; it uses their defaults.
    def unreadable
      readers = {'HEAPDUMP_COOLDOWN' => :seconds, 'HEAPDUMP_MEMORY_QUOTA' => :quota}
      names = readers.select { |name, reader| value(name) && Units.public_send(reader, value(name)).nil? }.keys
      names << 'HEAPDUMP_DAILY_LIMIT' unless value('HEAPDUMP_DAILY_LIMIT').to_s.match?(/\A\d*\z/)
      names
    end

    def storage
      names = storage_names
      Storage.new(
        bucket: value(names[:bucket]), access_key_id: value(names[:access_key_id]),
        secret_access_key: value(names[:secret_access_key]),
        session_token: bucketeer? ? nil : value('AWS_SESSION_TOKEN'),
        region: region, endpoint: value('AWS_ENDPOINT_URL_S3'),
        encryption: value('HEAPDUMP_ENCRYPTION'), kms_key_id: value('HEAPDUMP_KMS_KEY_ID')
      )
    end

    # Names of the config vars that storing a dump needs and that are not set.
    def missing_for_storage
      storage_names.values.reject { |name| value(name) }
    end

    private

    def chosen_dynos
      (value('HEAPDUMP_DYNOS') || 'web.1').split(/[,\s]+/)
    end

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
