# Each tenant has a String to which its events are appended: the number of Strings is constant, and each grows.
# kind: leak
# trace: boot
# owner: AuditTrail
# == lib/audit_trail.rb
# frozen_string_literal: true

module AuditTrail
  LOGS = Array.new(60) { |number| ["tenant-#{number}", String.new("audit trail of tenant #{number}\n", capacity: 300)] }.to_h # LEAK HERE

  def self.add(tenant, event)
    LOGS.fetch(tenant) << event << "\n"
  end
end

Shop.get('/act') do |request|
  number = request.params['n'].to_i
  AuditTrail.add("tenant-#{number % 60}", "event #{number}: #{Upstream.text(500, number)}")
  'ok'
end

# == traffic
app Shop
every_step do |step|
  180.times { |n| get "/act?n=#{step * 180 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
