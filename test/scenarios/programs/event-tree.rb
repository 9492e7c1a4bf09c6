# A search tree stores every event by key to find duplicates; nothing is ever removed. It has no collections: each node
# refers to two others.
#
# kind: leak
# owner: SeenEvents
# == lib/seen_events.rb
# frozen_string_literal: true

class SeenEvents
  class Node
    attr_accessor :left, :right
    attr_reader :key

    def initialize(key, payload)
      @key = key
      @payload = payload
      @left = nil
      @right = nil
    end
  end

  class << self
    def first_time?(key, payload)
      return true.tap { @root = Node.new(key, payload) } unless @root # LEAK HERE

      node = @root
      loop do
        return false if node.key == key

        side = key < node.key ? :left : :right
        below = node.public_send(side)
        return true.tap { node.public_send("#{side}=", Node.new(key, payload)) } unless below # LEAK HERE

        node = below
      end
    end
  end
end

Shop.post('/events') do |request|
  body = request.body.read # LEAK HERE
  SeenEvents.first_time?(Digest::MD5.hexdigest(body), body).to_s # LEAK HERE
end

# == traffic
app Shop
every_step do |step|
  150.times { |n| post '/events', %({"id":#{step * 150 + n},"note":"#{Upstream.text(150, n + step * 150)}"}) }
  60.times { |n| get "/products?q=#{n}" }
end
