# What the shop sells: made at boot, kept for good, no leak.
class Catalogue
  Product = Struct.new(:sku, :name, :cents)

  attr_reader :products

  def initialize(count)
    @products = Array.new(count) { |i| Product.new("SKU-#{i}", "Product number #{i}", 100 + i) }
  end
end
