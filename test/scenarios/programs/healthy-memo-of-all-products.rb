# Descriptions are memoized by product on first request: after a while every product has one, and no more are added.
#
# kind: healthy
# == lib/descriptions.rb
# frozen_string_literal: true

module Descriptions
  @texts = {}

  def self.of(product)
    @texts[product.sku] ||= {html: "<p>#{product.title}</p> #{Upstream.text(300, product.price)}", words: product.title.split.size}
  end
end

Shop.get('/describe') { |request| Descriptions.of(Catalogue.at(request.params['n'].to_i % 1_300))[:html] }

# == traffic
app Shop
every_step do |step|
  160.times { |n| get "/describe?n=#{step * 160 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
