# Response times by minute and route; those older than six minutes are removed.
#
# kind: healthy
# == lib/windowed_timings.rb
# frozen_string_literal: true

class WindowedTimings
  KEPT = 6

  def initialize
    @minutes = Hash.new { |minutes, minute| minutes[minute] = Hash.new { |routes, route| routes[route] = [] } }
  end

  def add(minute, route, seconds)
    @minutes[minute][route] << {seconds: seconds, trace: "#{route}-#{minute}-#{seconds}"}
    @minutes.delete_if { |old, _| old <= minute - KEPT }
  end

  ALL = new
end

Shop.get('/timed') do |request|
  number = request.params['n'].to_i
  WindowedTimings::ALL.add(number / 200, "/route-#{number % 9}", number * 0.001)
  'ok'
end

# == traffic
app Shop
every_step do |step|
  200.times { |n| get "/timed?n=#{step * 200 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
