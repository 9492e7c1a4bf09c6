# Feature switches become methods, defined for each new tenant; their blocks hold the request in which they were
# defined.
#
# kind: leak
# owner: FeatureSwitches
# == lib/feature_switches.rb
# frozen_string_literal: true

class FeatureSwitches
  def self.define(tenant, request)
    rules = Upstream.document(3_000, tenant).scan(/[A-Z]{3}-\d+-\d+/) # LEAK HERE
    agent = request.user_agent
    define_method(:"beta_for_#{tenant}?") { rules.include?(agent) } # LEAK HERE
  end
end

Shop.get('/beta') do |request|
  tenant = request.params['tenant'].to_i
  FeatureSwitches.define(tenant, request)
  FeatureSwitches.new.public_send(:"beta_for_#{tenant}?").to_s
end

# == traffic
app Shop
every_step do |step|
  80.times { |n| get "/beta?tenant=#{step * 80 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
