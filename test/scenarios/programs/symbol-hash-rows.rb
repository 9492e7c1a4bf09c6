# A price comparison loads a table as one Hash per row, with Symbol keys, and keeps all rows for one sum. About 30 MB,
# once.
#
# kind: bloat
# owner: PriceComparison
# trace: boot
# == lib/price_comparison.rb
# frozen_string_literal: true

class PriceComparison
  class << self
    def load
      @rows = Array.new(60_000) do |n| # LEAK HERE
        {
          sku: "P#{n}", shop: "shop-#{n % 70}", price_cents: n * 3, old_price_cents: n * 4, currency: :eur, in_stock: n.even?, # LEAK HERE
          seen_at: n + 1_700_000_000, rank: n % 10, note: nil # LEAK HERE
        } # LEAK HERE
      end # LEAK HERE
    end

    def total
      (@rows || load).sum { |row| row[:price_cents] }
    end
  end
end

Shop.get('/compare') { |_request| PriceComparison.total.to_s }

# == traffic
app Shop
every_step do |step|
  get '/compare' if step > 5
  100.times { |n| get "/products?q=#{n + step}" }
end
