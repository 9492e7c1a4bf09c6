# What the shop sells: created at boot and kept forever. Not a leak.
class Catalogue
  Product = Struct.new(:sku, :name, :cents)

  attr_reader :products

  def initialize(count)
    @products = Array.new(count) { |i| Product.new("SKU-#{i}", "Product number #{i}", 100 + i) }
  end
end
