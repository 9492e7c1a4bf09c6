# Gem::Version caches every version it was asked for, and the app asks for versions that visitors send
# (rubygems/rubygems.org#1641).
# kind: leak
# owner: Gem::Version
# owner: ClientGate
# == lib/client_gate.rb
# frozen_string_literal: true

module ClientGate
  OLDEST = Gem::Version.new('4.2')

  def self.allow?(version)
    Gem::Version.new(version) >= OLDEST
  end
end

Shop.get('/gate') { |request| ClientGate.allow?(request.params['v']).to_s }

# == traffic
app Shop
every_step do |step|
  170.times { |n| get "/gate?v=5.#{step}.#{n}.#{step * 170 + n}.pre.build#{step * 7 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
