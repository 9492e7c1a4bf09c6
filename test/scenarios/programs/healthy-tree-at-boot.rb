# A prefix tree of all places, and a tree of tariffs by weight: both built at boot, and only read since.
#
# kind: healthy
# == lib/places.rb
# frozen_string_literal: true

module Places
  TREE = {}
  6_000.times do |number|
    node = TREE
    "#{Upstream.words(2, number).join}#{number}".each_char { |letter| node = node[letter] ||= {} }
    node[:place] = number
  end

  def self.search(prefix)
    prefix.each_char.reduce(TREE) { |node, letter| node && node[letter] }
  end
end
# == lib/tariffs.rb
# frozen_string_literal: true

class Tariffs
  Node = Struct.new(:limit, :price, :lighter, :heavier)

  def self.build(range)
    return if range.size.zero?

    middle = range.first + range.size / 2
    Node.new(middle, "#{middle * 3} EUR", build(range.first...middle), build((middle + 1)...range.last))
  end

  ROOT = build(0...8_000)
end

Shop.get('/places') { |request| Places.search(request.params['q'].to_s).to_s[0, 100] }

# == traffic
app Shop
every_step do |step|
  150.times { |n| get "/places?q=#{Upstream.words(1, n + step).first}" }
  80.times { |n| get "/products?q=#{n}" }
end
