# Online users get the admin's methods by `extend`, with a singleton class each, and stay in the list after they leave.
#
# kind: leak
# owner: Presence
# == lib/presence.rb
# frozen_string_literal: true

module AdminActions
  def ban(visitor)
    "#{name} bans #{visitor}"
  end
end

class Visitor
  attr_reader :name

  def initialize(name)
    @name = name
  end
end

class Presence
  @@online = []

  def self.arrive(name)
    visitor = Visitor.new(name) # LEAK HERE
    visitor.extend(AdminActions) # LEAK HERE
    visitor.define_singleton_method(:greet) { "hello #{name}" } # LEAK HERE
    @@online << visitor
    visitor.greet
  end
end

Shop.get('/arrive') { |request| Presence.arrive(request.cookies['_session']) }

# == traffic
app Shop
every_step do |step|
  120.times { |n| get "/arrive?n=#{n}" }
  60.times { |n| get "/products?q=#{n + step}" }
end
