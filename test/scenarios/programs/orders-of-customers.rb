# A directory of five hundred customers, loaded at boot; each order refers to the customer's previous one, so none is
# ever freed.
#
# kind: leak
# owner: Directory
# owner: Customer
# == lib/directory.rb
# frozen_string_literal: true

class Order
  def initialize(before, text)
    @before = before
    @text = text
    @at = Time.now # LEAK HERE
  end
end

class Customer
  def initialize(name)
    @name = name
    @last = nil
  end

  def order(text)
    @last = Order.new(@last, text) # LEAK HERE
  end
end

module Directory
  CUSTOMERS = Array.new(500) { |n| ["customer-#{n}", Customer.new("customer-#{n}")] }.to_h
end

Shop.post('/order') do |request|
  Directory::CUSTOMERS.fetch("customer-#{request.params['n'].to_i % 500}").order(request.body.read) # LEAK HERE
  'ok'
end

# == traffic
app Shop
every_step do |step|
  200.times { |n| post "/order?n=#{step * 200 + n * 7}", Upstream.text(120, step * 200 + n) }
  60.times { |n| get "/products?q=#{n}" }
end
