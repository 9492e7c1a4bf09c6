# frozen_string_literal: true

require_relative 'units'

module Heapdump
  # A trigger gets one sample after the other and decides when to fire. A sample: {at:, used:, limit:, process_type:},
  # in bytes and Unix seconds; limit is nil if unknown.
  module Triggers
    # Fires when memory is above a threshold for several samples in a row. Fires again when memory was below in between,
    # or when the limits of its rule allow it.
    class Memory
      SAMPLES = 3

      def self.parse(fields)
        text = fields['above'].to_s.strip
        share = text[/\A(\d{1,3}(?:\.\d+)?)\s*%\z/, 1]
        bytes = share ? nil : Units.bytes(text)
        samples = fields.fetch('samples', SAMPLES)
        return nil unless (share || bytes) && samples.is_a?(Integer) && samples.between?(1, 1000)

        new(share && share.to_f / 100, bytes, samples, fields['quotas'])
      end

      # quotas: bytes by process type, because dyno sizes differ by process type.
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
        "memory is #{Units.megabytes(sample[:used])}, above #{Units.megabytes(threshold)} for #{@samples} samples"
      end

      private

      def threshold_for(sample)
        return @bytes if @bytes

        limit = [sample[:limit], @quotas[sample[:process_type]]].compact.min
        limit && (limit * @share).to_i
      end
    end

    # Fires when memory grows by that many bytes an hour: the least-squares slope of the last hour's samples, once they
    # span half an hour, so that neither the boot nor one large request counts.
    class Growth
      WINDOW_SECONDS = 3600
      LEAST_SECONDS = 1800

      def self.parse(fields)
        bytes = Units.bytes(fields['perHour'].to_s.delete_suffix('/h'))
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
        "memory is growing by #{Units.megabytes(per_hour)} an hour"
      end

      private

      def slope
        count = @samples.size.to_f
        at = @samples.sum { |one| one[:at] } / count
        used = @samples.sum { |one| one[:used] } / count
        @samples.sum { |one| (one[:at] - at) * (one[:used] - used) } / @samples.sum { |one| (one[:at] - at)**2 }
      end
    end

    # Fires at an interval, counted from the rule's last dump (or from its first sample here), or daily at a time in
    # UTC.
    class Schedule
      SHORTEST_SECONDS = 60
      DAY_SECONDS = 86_400

      attr_reader :every

      def self.parse(fields)
        if fields['at']
          hour, minute = fields['at'].to_s.match(/\A([01]?\d|2[0-3]):([0-5]\d)\z/)&.captures&.map(&:to_i)
          return hour && new(DAY_SECONDS, (hour * 3600) + (minute * 60))
        end
        every = Units.seconds(fields['every'])
        every && every >= SHORTEST_SECONDS ? new(every, nil) : nil
      end

      def initialize(every, second_of_day)
        @every = every
        @second_of_day = second_of_day
      end

      def scheduled?
        true
      end

      # One more than fit into a day, so that a late dump does not push the next ones over the limit.
      def times_a_day
        (DAY_SECONDS / @every) + 1
      end

      def due(sample, last_at)
        @first_at ||= sample[:at]
        from = last_at || @first_at
        due_at = @second_of_day ? next_time(from) : from + @every
        sample[:at] >= due_at ? 'it is due' : nil
      end

      private

      def next_time(from)
        today = from - (from % DAY_SECONDS) + @second_of_day
        today > from ? today : today + DAY_SECONDS
      end
    end

    KINDS = {'memory' => Memory, 'growth' => Growth, 'schedule' => Schedule}.freeze

    def self.parse(fields)
      KINDS[fields['type']]&.parse(fields)
    end
  end
end
