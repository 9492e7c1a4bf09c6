# A page cache that is most of the heap, full since the first half hour of eight, and has turned over since: no growth,
# however it looks.
#
# kind: healthy
# history: 20
# == lib/page_store.rb
# frozen_string_literal: true

module PageStore
  PAGES = PageCache.new(811)

  def self.visit(number)
    PAGES.fetch("page-#{number}") { {html: Upstream.text(2_000, number), links: Array.new(8) { |n| "/products/#{number + n}" }, seen: number} }
  end
end

Shop.get('/page') { |request| PageStore.visit(request.params['n'].to_i).to_s }

# == traffic
app Shop
every_step do |step|
  400.times { |n| get "/page?n=#{step * 400 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
