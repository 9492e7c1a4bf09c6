# frozen_string_literal: true

module Heapdump
  # Sizes and durations as people read them and write them into config vars; nil for text that cannot be parsed. A MB is
  # 10⁶ bytes, as everywhere in the plugin; a MiB is 2²⁰.
  module Units
    POWERS = ['', 'K', 'M', 'G', 'T'].freeze
    SECONDS = {'' => 1, 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400}.freeze

    class << self
      # "50MB", "1.5 GB", "800000", "64MiB" → bytes. The plugin's parseBytes accepts the same.
      def bytes(text)
        match = /\A(\d{1,12}(?:\.\d{1,3})?)\s*(?:([KMGT])(i)?)?B?\z/i.match(text.to_s.strip)
        match && (match[1].to_f * ((match[3] ? 1024 : 1000)**POWERS.index(match[2].to_s.upcase))).round
      end

      # A dyno's memory: Heroku's "512MB" means 512 MiB. Only here does the agent read MB that way.
      def quota(text)
        bytes(text.to_s.strip.sub(/([KMGT])B?\z/i, '\1iB'))
      end

      # "90", "30s", "5m", "2h", "1d" → seconds
      def seconds(text)
        match = /\A(\d{1,9})\s*([smhd]?)\z/.match(text.to_s.strip)
        match && match[1].to_i * SECONDS[match[2]]
      end

      def megabytes(bytes)
        "#{(bytes / 1e6).round} MB"
      end
    end
  end
end
