# Response times by minute and route, "for the last hour", but old ones are never removed.
#
# kind: leak
# owner: Timings
# == lib/timings.rb
# frozen_string_literal: true

class Timings
  def initialize
    @minutes = Hash.new { |minutes, minute| minutes[minute] = Hash.new { |routes, route| routes[route] = [] } }
  end

  def add(minute, route, seconds)
    @minutes[minute][route] << {seconds: seconds, trace: "#{route}-#{minute}-#{seconds}"} # LEAK HERE
  end

  ALL = new
end

Shop.get('/timed') do |request|
  number = request.params['n'].to_i
  Timings::ALL.add(number / 200, "/route-#{number % 9}", number * 0.001)
  'ok'
end

# == traffic
app Shop
every_step do |step|
  200.times { |n| get "/timed?n=#{step * 200 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
