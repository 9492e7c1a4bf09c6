# Unique visitors by weekday: seven Sets in a Struct, never cleared when the week ends.
#
# kind: leak
# owner: Visitors
# owner: Week
# == lib/visitors.rb
# frozen_string_literal: true

Week = Struct.new(:monday, :tuesday, :wednesday, :thursday, :friday, :saturday, :sunday)

class Visitors
  def self.instance
    @instance ||= new
  end

  def initialize
    @week = Week.new(*Array.new(7) { Set.new })
  end

  def count(day, visitor)
    @week[day % 7].add("#{visitor}/#{day}")
    @week[day % 7].size
  end
end

Shop.get('/visited') { |request| Visitors.instance.count(request.params['day'].to_i, request.cookies['_session']).to_s }

# == traffic
app Shop
every_step do |step|
  220.times { |n| get "/visited?day=#{n}&s=#{step}" }
  60.times { |n| get "/products?q=#{n}" }
end
