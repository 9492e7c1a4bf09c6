# frozen_string_literal: true

# The shop's products: read once, never changed.
module Catalogue
  Product = Struct.new(:sku, :title, :price, :tags)

  PRODUCTS = Array.new(2_500) do |number|
    Product.new(format('P%06d', number).freeze, Upstream.words(5, number).join(' ').freeze, number * 7 % 9_000, Upstream.words(3, number + 9)).freeze
  end.freeze
  BY_SKU = PRODUCTS.to_h { |product| [product.sku, product] }.freeze

  def self.at(number)
    PRODUCTS[number % PRODUCTS.size]
  end
end
