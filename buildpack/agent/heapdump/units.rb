# frozen_string_literal: true

module Heapdump
  # Sizes and durations as people write them into config vars. What can not be read is nil.
  module Units
    BYTES = {'' => 1, 'K' => 1 << 10, 'M' => 1 << 20, 'G' => 1 << 30}.freeze
    SECONDS = {'' => 1, 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400}.freeze

    class << self
      # "512MB", "1.5 GB", "800000" → bytes. Heroku's MB have 1,048,576 bytes, and so have these.
      def bytes(text)
        match = /\A(\d{1,12}(?:\.\d{1,3})?)\s*([KMG]?)i?B?\z/i.match(text.to_s.strip)
        match && (match[1].to_f * BYTES[match[2].upcase]).to_i
      end

      # "90", "30s", "5m", "2h", "1d" → seconds
      def seconds(text)
        match = /\A(\d{1,9})\s*([smhd]?)\z/.match(text.to_s.strip)
        match && match[1].to_i * SECONDS[match[2]]
      end

      def megabytes(bytes)
        "#{(bytes / 1_048_576.0).round} MB"
      end
    end
  end
end
