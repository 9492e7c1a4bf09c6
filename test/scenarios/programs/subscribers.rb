# Each request subscribes to the event bus and never unsubscribes; the blocks hold the request's invoice.
#
# kind: leak
# owner: EventBus
# == lib/event_bus.rb
# frozen_string_literal: true

class EventBus
  class << self
    def listeners
      @listeners ||= Hash.new { |hash, event| hash[event] = [] }
    end

    def on(event, &block)
      listeners[event] << block # LEAK HERE
    end

    def publish(event, payload)
      listeners[event].last(3).each { |listener| listener.call(payload) }
    end
  end
end
# == lib/checkout.rb
# frozen_string_literal: true

class Checkout
  def initialize(number)
    @number = number
    @invoice = Upstream.document(4_000, number)
    @lines = Catalogue::PRODUCTS.first(20).map { |product| [product.sku, number * product.price] } # LEAK HERE
  end

  def run
    EventBus.on(:payment) { |id| confirm if id == @number } # LEAK HERE
    EventBus.publish(:payment, @number)
    'thanks'
  end

  def confirm
    @confirmed = true
  end
end

Shop.post('/checkout') { |request| Checkout.new(request.params['n'].to_i).run } # LEAK HERE

# == traffic
app Shop
every_step do |step|
  80.times { |n| post "/checkout?n=#{step * 80 + n}", 'pay=now' }
  80.times { |n| get "/products?q=#{n}" }
end
