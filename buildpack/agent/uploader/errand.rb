# frozen_string_literal: true

module Heapdump
  # Reads from the bucket for the agent, in this process so that the app loads neither HTTP nor TLS.
  module Errand
    DUMPS = 'heapdump/v1/'
    PAGES = 5 # of 1,000 keys: two days at one dump a minute

    class << self
      # errand: {'read' => key} or {'list' => the earliest time, in the format of keys}. → a report
      def run(bucket, errand)
        return {'type' => 'content', 'text' => bucket.get(errand['read'])} if errand['read']

        {'type' => 'listed', 'keys' => bucket.list(DUMPS, "#{DUMPS}#{errand['list']}", PAGES).select { |key| key.end_with?('.facts') }}
      end
    end
  end
end
