# A cache with two halves: when the new one is full it becomes the old one, and the old one is dropped.
#
# kind: healthy
# == lib/halves_cache.rb
# frozen_string_literal: true

class HalvesCache
  def initialize(half)
    @half = half
    @fresh = {}
    @stale = {}
    @lock = Mutex.new
  end

  def fetch(key)
    @lock.synchronize do
      value = @fresh[key] || @stale[key] || yield
      if @fresh.size >= @half
        @stale = @fresh
        @fresh = {}
      end
      @fresh[key] = value
    end
  end

  ROUTES = new(467)
end

Shop.get('/route') do |request|
  number = request.params['n'].to_i
  HalvesCache::ROUTES.fetch("from-#{number % 7_001}") { {stops: Upstream.words(40, number), text: Upstream.text(900, number)} }[:text]
end

# == traffic
app Shop
every_step do |step|
  90.times { |n| get "/route?n=#{step * 83 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
