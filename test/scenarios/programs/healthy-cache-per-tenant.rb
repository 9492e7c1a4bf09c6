# Each tenant has its own cache with at most 50 entries: busy ones turn over all the time, idle ones keep what they
# have.
#
# kind: healthy
# == lib/tenant_caches.rb
# frozen_string_literal: true

module TenantCaches
  CACHES = Array.new(40) { |number| ["tenant-#{number}", PageCache.new(50)] }.to_h

  def self.page(tenant, number)
    CACHES.fetch("tenant-#{tenant}").fetch("page-#{number}") { Upstream.text(900, number) }
  end
end

Shop.get('/tenant') { |request| TenantCaches.page(request.params['t'].to_i, request.params['n'].to_i) }

# == traffic
app Shop
every_step do |step|
  40.times { |tenant| (tenant < 20 ? 12 : 3).times { |n| get "/tenant?t=#{tenant}&n=#{step * 12 + n}" } }
  60.times { |n| get "/products?q=#{n}" }
end
