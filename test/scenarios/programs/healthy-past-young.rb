# The process is ten minutes old, and its cache has a third of its final entries: so far it looks like a leak.
#
# kind: healthy
# history: 0.4
# == lib/page_store.rb
# frozen_string_literal: true

module PageStore
  PAGES = PageCache.new(12_000)

  def self.visit(number)
    PAGES.fetch("page-#{number}") { {html: Upstream.text(2_000, number), links: Array.new(8) { |n| "/products/#{number + n}" }, seen: number} }
  end
end

Shop.get('/page') { |request| PageStore.visit(request.params['n'].to_i).to_s }

# == traffic
app Shop
every_step do |step|
  160.times { |n| get "/page?n=#{step * 160 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
