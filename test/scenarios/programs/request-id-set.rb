# Request ids, so that none is counted twice: a Set that only grows. About 1.5 MB, all of it allocated in set.rb: the
# Hash in a Set copies its keys.
#
# kind: leak
# owner: Deduplication
# == lib/deduplication.rb
# frozen_string_literal: true

class Deduplication
  SEEN = Set.new

  def self.first_time?(id)
    !SEEN.add?("req/#{id}").nil?
  end
end

Shop.get('/once') { |request| Deduplication.first_time?(request.env['HTTP_X_REQUEST_ID']).to_s }

# == traffic
app Shop
every_step do |step|
  400.times { |n| get "/once?n=#{n}" }
  40.times { |n| get "/products?q=#{n + step}" }
end
