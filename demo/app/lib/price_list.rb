# Pages of prices, cached so that none is computed twice. Every query string is a new key, and no key is
# ever removed: this is the leak.
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
