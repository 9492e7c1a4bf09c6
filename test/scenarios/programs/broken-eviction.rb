# A bounded cache with broken eviction: the order is trimmed, but the values stay.
#
# kind: leak
# owner: QuoteCache
# == lib/quote_cache.rb
# frozen_string_literal: true

class QuoteCache
  LIMIT = 300

  def initialize
    @values = {}
    @order = []
  end

  def fetch(key)
    return @values[key] if @values.key?(key)

    @order << key
    @order.shift if @order.size > LIMIT
    @values[key] = yield
  end

  SHARED = new
end

class Quotes
  def self.for(sku, visitor)
    QuoteCache::SHARED.fetch("#{sku}/#{visitor}") { {sku: sku, lines: Array.new(6) { |n| "#{sku} offer #{n} for #{visitor[0, 12]}" }} } # LEAK HERE
  end
end

Shop.get('/quote') { |request| Quotes.for(request.params['sku'], request.cookies['_session'])[:lines].first }

# == traffic
app Shop
every_step do |step|
  200.times { |n| get "/quote?sku=P#{n}" }
  80.times { |n| get "/products?q=#{n + step * 30}" }
end
