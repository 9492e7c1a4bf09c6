# A timer wheel with sixty slots of blocks to run each second; cancelled timers are marked, but never removed.
#
# kind: leak
# owner: TimerWheel
# owner: Cart
# == lib/timer_wheel.rb
# frozen_string_literal: true

class TimerWheel
  SLOTS = Array.new(60) { [] }

  def self.after(seconds, &block)
    SLOTS[seconds % 60] << {block: block, cancelled: false} # LEAK HERE
    SLOTS[seconds % 60].last
  end
end
# == lib/cart.rb
# frozen_string_literal: true

class Cart
  def initialize(number)
    @lines = Catalogue::PRODUCTS.first(8).map { |product| "#{product.sku} x #{number}" } # LEAK HERE
    @reminder = TimerWheel.after(number) { remind } # LEAK HERE
  end

  def remind; end

  def pay
    @reminder[:cancelled] = true
  end
end

Shop.post('/cart') { |request| Cart.new(request.params['n'].to_i).pay.to_s } # LEAK HERE

# == traffic
app Shop
every_step do |step|
  120.times { |n| post "/cart?n=#{step * 120 + n}", 'pay=now' }
  60.times { |n| get "/products?q=#{n}" }
end
