# Pages of prices, remembered so that nobody computes them twice. Every query string is another key, and
# nobody ever forgets one: this is the leak.
class PriceList
  PAGES = {}

  def self.page(catalogue, query)
    PAGES[query] ||= build(catalogue, query)
  end

  def self.build(catalogue, query)
    first = query.sum % catalogue.products.size
    catalogue.products.rotate(first).first(20).map do |product|
      { sku: product.sku, label: "#{product.name} (#{query})", price: format('%.2f', product.cents / 100.0), currency: 'EUR'.dup }
    end
  end
end
