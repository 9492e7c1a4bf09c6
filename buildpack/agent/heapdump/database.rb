# frozen_string_literal: true

require 'uri'

module Heapdump
  # The agent's own connection to the app's database: it never uses one of the app's.
  module Database
    # Detects a dead network within a minute; the kernel alone takes hours. tcp_user_timeout covers data that was sent
    # and not acknowledged, which keepalives miss (libpq 12 and later).
    KEEPALIVES = {keepalives_idle: 30, keepalives_interval: 10, keepalives_count: 3, tcp_user_timeout: 60_000}.freeze

    LONGEST_NAME = 63

    class << self
      # boot: when the dyno's Ruby started, Unix seconds.
      def connect(url, dyno, boot)
        ours = KEEPALIVES.merge(connect_timeout: 10, application_name: application_name(dyno, boot))
        connection = PG.connect(**parameters(url), **ours.select { |name, _| known.include?(name.to_s) })
        connection.set_notice_processor { |_| nil }
        connection
      rescue PG::Error => error
        hang_up(error.connection)
        raise
      end

      # Shows other agents of this name which one is newer. Postgres cuts names off, so a very long one has no time.
      def application_name(dyno, boot)
        name = "heroku-heapdump #{dyno}"
        "#{name} #{boot}".bytesize > LONGEST_NAME ? name[0, LONGEST_NAME] : "#{name} #{boot}"
      end

      # The time in the name of another connection, if it is of an agent of this dyno's name; otherwise nil.
      def boot_of(name, dyno)
        name.to_s.delete_prefix(application_name(dyno, ''))[/\A\d{1,12}\z/]&.to_i
      end

      # pg before 1.3 leaves the socket of a refused connection open until it is garbage-collected.
      def hang_up(connection)
        connection.finish if connection && !connection.finished?
      rescue PG::Error
        nil
      end

      # Rails adds its own parameters to a database URL (pool=5), and libpq rejects a URL with unknown parameters.
      def parameters(url)
        uri = URI.parse(url)
        given = URI.decode_www_form(uri.query.to_s).select { |name, _| known.include?(name) }
        given.to_h.transform_keys(&:to_sym).merge({
          host: unescape(uri.host), port: uri.port, dbname: unescape(uri.path.to_s.delete_prefix('/')),
          user: unescape(uri.user), password: unescape(uri.password)
        }.reject { |_, value| value.nil? || value == '' })
      rescue URI::InvalidURIError, ArgumentError
        raise ArgumentError, 'the database URL is malformed' # without the value, which holds a password
      end

      private

      def known
        PG::Connection.conndefaults.map { |default| default[:keyword].to_s }
      end

      def unescape(text)
        text && URI.decode_www_form_component(text.gsub('+', '%2B'))
      end
    end
  end
end
