# Prices are memoized by full URL, and every URL contains parameters of its request.
#
# kind: leak
# owner: PriceList
# == lib/price_list.rb
# frozen_string_literal: true

class PriceList
  @quotes = {}

  class << self
    def quote(url)
      @quotes[url] ||= fetch(url)
    end

    private

    def fetch(url)
      lines = Catalogue::PRODUCTS.sample(40, random: Random.new(url.sum))
      lines.map { |product| "#{product.sku};#{product.price};#{url}" } # LEAK HERE
    end
  end
end

Shop.get('/quote') { |request| PriceList.quote(request.url).size.to_s }

# == traffic
app Shop
every_step do |step|
  120.times do |n|
    get "/quote?sku=P#{n}&utm=#{step}-#{n}"
    get "/products?q=#{n % 40}" if n.even?
  end
end
