# An audit trail is appended to an Array in a constant, and never written to a database.
#
# kind: leak
# owner: AuditTrail
# == lib/audit_trail.rb
# frozen_string_literal: true

module AuditTrail
  Entry = Struct.new(:actor, :action, :at, :details)
  ENTRIES = []

  def self.record(actor, action, details)
    ENTRIES << Entry.new(actor, action, Time.now.to_f, details) # LEAK HERE
  end
end

# == lib/orders.rb
# frozen_string_literal: true

class Orders
  def place(request)
    AuditTrail.record(request.ip, "order.placed", {sku: request.params['sku'], agent: request.user_agent, note: Upstream.text(400, request.params['n'].to_i)}) # LEAK HERE
    Catalogue.at(request.params['n'].to_i).title
  end
end

Shop.post('/orders') { |request| Orders.new.place(request) }

# == traffic
app Shop
every_step do |step|
  300.times do |n|
    post "/orders?n=#{step * 300 + n}&sku=P#{n}", 'qty=1'
    get "/products?q=#{n % 60}" if (n % 5).zero?
  end
end
