# A sitemap, built at boot and served ever since: a large String, built by appending, and not changed afterwards.
#
# kind: healthy
# trace: boot
# == lib/sitemap.rb
# frozen_string_literal: true

module Sitemap
  XML = String.new('<urlset>')
  30_000.times { |number| XML << '<url><loc>https://shop.example/places/' << Upstream.words(3, number).join('-') << "</loc></url>\n" }
  XML << '</urlset>'
end

Shop.get('/sitemap') { |request| Sitemap::XML.byteslice(request.params['n'].to_i * 100, 100) }

# == traffic
app Shop
every_step do |step|
  150.times { |n| get "/sitemap?n=#{step * 150 + n}" }
  100.times { |n| get "/products?q=#{n + step * 50}" }
end
