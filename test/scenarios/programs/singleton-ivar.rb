# Carts are in the instance variable of a singleton and never expire; every visitor gets one.
#
# kind: leak
# owner: CartStore
# == lib/cart.rb
# frozen_string_literal: true

class Cart
  attr_reader :lines, :visitor

  def initialize(visitor)
    @visitor = visitor
    @lines = []
  end

  def add(product)
    @lines << {product: product, quantity: 1, added_at: Time.now, offer: "Offer for #{visitor}: #{Upstream.text(250, visitor.sum)}"} # LEAK HERE
  end
end
# == lib/cart_store.rb
# frozen_string_literal: true

require 'singleton'

class CartStore
  include Singleton

  def initialize
    @carts = {}
    @lock = Mutex.new
  end

  def for(visitor)
    @lock.synchronize { @carts[visitor] ||= Cart.new(visitor) } # LEAK HERE
  end
end

Shop.post('/cart') do |request|
  cart = CartStore.instance.for(request.cookies['_session'])
  8.times { |n| cart.add(Catalogue.at(request.params['n'].to_i + n)) }
  cart.lines.size.to_s
end

# == traffic
app Shop
every_step do |step|
  100.times { |n| post "/cart?n=#{n}", 'a=b' }
  100.times { |n| get "/products?q=#{n + step}" }
end
