# Three bounded caches that have been full for long: their contents are new, their size is constant.
#
# kind: healthy
# == lib/caches.rb
# frozen_string_literal: true

module Caches
  THUMBNAILS = PageCache.new(397)
  SEARCHES = PageCache.new(1_009)
  PROFILES = PageCache.new(250)

  def self.visit(number)
    THUMBNAILS.fetch("thumb-#{number}") { Upstream.text(3_000, number) }
    SEARCHES.fetch("search-#{number % 3_000}") { Upstream.words(30, number) }
    PROFILES.fetch("profile-#{number}") { {name: Upstream.text(200, number), roles: %w[reader buyer], seen: Time.now} }
  end
end

Shop.get('/visit') { |request| Caches.visit(request.params['n'].to_i).to_s }

# == traffic
app Shop
every_step do |step|
  300.times { |n| get "/visit?n=#{step * 300 + n}" }
  100.times { |n| get "/products?q=#{n + step * 50}" }
end
