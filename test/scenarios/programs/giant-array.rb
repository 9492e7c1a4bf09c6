# All ids of a large table, fetched once for a lottery and kept in an instance variable of the class: one Array of two
# million numbers.
#
# kind: bloat
# owner: Lottery
# trace: boot
# == lib/lottery.rb
# frozen_string_literal: true

class Lottery
  def self.draw(number)
    @ids ||= Array.new(2_000_000) { |n| n * 3 + 7 } # LEAK HERE
    @ids[number * 7_919 % @ids.size]
  end
end

Shop.get('/lottery') { |request| Lottery.draw(request.params['n'].to_i).to_s }

# == traffic
app Shop
every_step do |step|
  10.times { |n| get "/lottery?n=#{n}" } if step > 8
  100.times { |n| get "/products?q=#{n + step}" }
end
