# Decorations are in a WeakMap, so that they are freed with their product. But the keys are created for that purpose and
# kept in an Array, "or else they are collected".
#
# kind: leak
# owner: Decorations
# == lib/decorations.rb
# frozen_string_literal: true

class Decorations
  BY_KEY = ObjectSpace::WeakMap.new
  @keys = []

  Key = Struct.new(:sku, :visitor, :decoration)

  def self.for(sku, visitor)
    decoration = {badge: "for #{visitor}", blurb: Upstream.text(500, visitor.sum), shown: []} # LEAK HERE
    key = Key.new(sku, visitor, decoration) # LEAK HERE
    @keys << key
    BY_KEY[key] = decoration
    decoration
  end
end

Shop.get('/decorated') { |request| Decorations.for(request.params['sku'], request.cookies['_session'])[:badge] }

# == traffic
app Shop
every_step do |step|
  120.times { |n| get "/decorated?sku=P#{n}&s=#{step}" }
  60.times { |n| get "/products?q=#{n}" }
end
