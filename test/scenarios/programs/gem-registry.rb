# A gem remembers each address that it has looked up, forever; the app only sees its own call.
#
# kind: leak
# owner: GeoLookup::Resolver
# owner: GeoLookup
# == vendor/bundle/ruby/3.1.0/gems/geo_lookup-1.4.2/lib/geo_lookup.rb
# frozen_string_literal: true

module GeoLookup
  class Answer
    def initialize(address, fields)
      @address = address
      @fields = fields
    end

    def [](name)
      @fields[name]
    end
  end

  class Resolver
    def self.default
      @default ||= new
    end

    def initialize
      @answers = {}
    end

    def lookup(address)
      @answers[address] ||= Answer.new(address, {country: Upstream.words(1, address.sum)[0], city: Upstream.text(120, address.sum), network: address + '/24'})
    end
  end
end
# == lib/visitor_location.rb
# frozen_string_literal: true

class VisitorLocation
  def self.of(request)
    GeoLookup::Resolver.default.lookup("#{request.ip}:#{request.env['HTTP_X_REQUEST_ID']}")[:city] # LEAK HERE
  end
end

Shop.get('/where') { |request| VisitorLocation.of(request) }

# == traffic
app Shop
every_step do |step|
  160.times { |n| get "/where?n=#{n}" }
  60.times { |n| get "/products?q=#{n + step}" }
end
