# frozen_string_literal: true

module Heapdump
  # What the agent wants to know of the bucket, asked from here so that the app loads neither HTTP nor TLS for it.
  module Errand
    DUMPS = 'heapdump/v1/'
    PAGES = 5 # of 1,000 keys: two days of a dump a minute

    class << self
      # errand: {'read' => key} or {'list' => the time from which on, as keys have it}. → a report
      def run(bucket, errand)
        return {'type' => 'content', 'text' => bucket.get(errand['read'])} if errand['read']

        {'type' => 'listed', 'keys' => bucket.list(DUMPS, "#{DUMPS}#{errand['list']}", PAGES).select { |key| key.end_with?('.facts') }}
      end
    end
  end
end
