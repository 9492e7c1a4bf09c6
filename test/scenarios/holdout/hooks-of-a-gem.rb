# A client library registers a hook for each new client in its own registry, to close them all at exit.
# kind: leak
# owner: Parcels::Hooks
# owner: Parcels
# owner: Parcels::Client
# owner: Tracking
# == vendor/bundle/ruby/3.1.0/gems/parcels-1.4.2/lib/parcels.rb
# frozen_string_literal: true

module Parcels
  module Hooks
    REGISTERED = []

    def self.register(owner, settings)
      REGISTERED << {owner: owner, settings: settings, at: Time.now}
    end
  end

  class Client
    def initialize(key:, carrier:)
      @key = key
      @carrier = carrier
      @headers = {'Authorization' => "Bearer #{key}", 'User-Agent' => "parcels/1.4.2 (#{carrier})", 'Accept' => 'application/json'}
      @buffer = String.new("connection of #{carrier} ", capacity: 900)
      Hooks.register(self, {key: key, timeout: 10, retries: 3})
    end

    def find(number)
      "#{@carrier}-#{number}: under way"
    end
  end
end

# == lib/tracking.rb
# frozen_string_literal: true

module Tracking
  def self.status(number)
    Parcels::Client.new(key: "key-#{number % 9}", carrier: "carrier-#{number % 4}").find(number) # LEAK HERE
  end
end

Shop.get('/track') { |request| Tracking.status(request.params['n'].to_i) }

# == traffic
app Shop
every_step do |step|
  90.times { |n| get "/track?n=#{step * 90 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
