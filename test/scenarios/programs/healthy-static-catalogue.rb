# A large table of postal codes, loaded at boot: big, and as old as the process.
#
# kind: healthy
# == lib/postal_codes.rb
# frozen_string_literal: true

module PostalCodes
  Place = Struct.new(:code, :town, :region, :latitude, :longitude)

  ALL = Array.new(30_000) do |number|
    Place.new(format('%05d', number).freeze, Upstream.words(2, number).join('-').freeze, Upstream.words(1, number / 900).first, number * 0.001, number * 0.002).freeze
  end.freeze
  BY_CODE = ALL.to_h { |place| [place.code, place] }.freeze

  def self.town(code)
    BY_CODE.fetch(code).town
  end
end

Shop.get('/town') { |request| PostalCodes.town(format('%05d', request.params['n'].to_i)) }

# == traffic
app Shop
every_step do |step|
  150.times { |n| get "/town?n=#{step * 150 + n}" }
  100.times { |n| get "/products?q=#{n + step * 50}" }
end
