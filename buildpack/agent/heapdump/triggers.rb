# frozen_string_literal: true

require_relative 'units'

module Heapdump
  # Each looks at one sample after the other, and says when its time has come. A sample: {at:, used:, limit:, process_type:}, bytes and
  # Unix seconds; limit is nil where nobody knows one.
  module Triggers
    # More than so much memory, for so many samples in a row. Fires again when it was below in between, or the limits of its rule let it.
    class Memory
      SAMPLES = 3

      def self.parse(words)
        text = words['above'].to_s.strip
        share = text[/\A(\d{1,3}(?:\.\d+)?)\s*%\z/, 1]
        bytes = share ? nil : Units.bytes(text)
        samples = words.fetch('samples', SAMPLES)
        return nil unless (share || bytes) && samples.is_a?(Integer) && samples.between?(1, 1000)

        new(share && share.to_f / 100, bytes, samples, words['quotas'])
      end

      # quotas: bytes by process type, whose dynos may be of different sizes.
      def initialize(share, bytes, samples, quotas)
        @share = share
        @bytes = bytes
        @samples = samples
        @quotas = quotas.is_a?(Hash) ? quotas.select { |_type, quota| quota.is_a?(Integer) } : {}
        @seen = 0
      end

      def scheduled?
        false
      end

      # → why, or nil
      def due(sample, _last_at)
        threshold = threshold_for(sample)
        @seen = threshold && sample[:used] > threshold ? @seen + 1 : 0
        return nil if @seen < @samples

        @seen = 0
        "#{Units.megabytes(sample[:used])} of memory, above #{Units.megabytes(threshold)} for #{@samples} samples"
      end

      private

      def threshold_for(sample)
        return @bytes if @bytes

        limit = [sample[:limit], @quotas[sample[:process_type]]].compact.min
        limit && (limit * @share).to_i
      end
    end

    # Growth of so many bytes an hour: the slope of a line through the samples of the last hour (least squares), once they span half of it,
    # so that neither the boot nor one big request counts.
    class Growth
      WINDOW_SECONDS = 3600
      LEAST_SECONDS = 1800

      def self.parse(words)
        bytes = Units.bytes(words['perHour'].to_s.delete_suffix('/h'))
        bytes && bytes.positive? ? new(bytes) : nil
      end

      def initialize(bytes)
        @bytes = bytes
        @samples = []
      end

      def scheduled?
        false
      end

      def due(sample, _last_at)
        @samples << sample
        @samples.shift while @samples.first[:at] < sample[:at] - WINDOW_SECONDS
        return nil if sample[:at] - @samples.first[:at] < LEAST_SECONDS

        per_hour = slope * 3600
        return nil if per_hour < @bytes

        @samples.clear
        "memory grows by #{Units.megabytes(per_hour)} an hour"
      end

      private

      def slope
        count = @samples.size.to_f
        at = @samples.sum { |one| one[:at] } / count
        used = @samples.sum { |one| one[:used] } / count
        @samples.sum { |one| (one[:at] - at) * (one[:used] - used) } / @samples.sum { |one| (one[:at] - at)**2 }
      end
    end

    # Every so often, counted from the last dump of the rule (or from when it was first seen here), or each day at a time in UTC.
    class Schedule
      SHORTEST_SECONDS = 60
      DAY_SECONDS = 86_400

      attr_reader :every

      def self.parse(words)
        if words['at']
          hour, minute = words['at'].to_s.match(/\A([01]?\d|2[0-3]):([0-5]\d)\z/)&.captures&.map(&:to_i)
          return hour && new(DAY_SECONDS, (hour * 3600) + (minute * 60))
        end
        every = Units.seconds(words['every'])
        every && every >= SHORTEST_SECONDS ? new(every, nil) : nil
      end

      def initialize(every, second_of_day)
        @every = every
        @second_of_day = second_of_day
      end

      def scheduled?
        true
      end

      # A late one does not shift the next ones over the limit.
      def times_a_day
        (DAY_SECONDS / @every) + 1
      end

      def due(sample, last_at)
        @first_at ||= sample[:at]
        from = last_at || @first_at
        due_at = @second_of_day ? next_time(from) : from + @every
        sample[:at] >= due_at ? 'its time has come' : nil
      end

      private

      def next_time(from)
        today = from - (from % DAY_SECONDS) + @second_of_day
        today > from ? today : today + DAY_SECONDS
      end
    end

    KINDS = {'memory' => Memory, 'growth' => Growth, 'schedule' => Schedule}.freeze

    def self.parse(words)
      KINDS[words['type']]&.parse(words)
    end
  end
end
