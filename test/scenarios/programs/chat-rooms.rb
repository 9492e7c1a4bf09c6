# Chat rooms with members and outboxes; members who close the browser are never removed. Many medium collections, none
# of them large by itself.
#
# kind: leak
# owner: ChatServer
# owner: ChatRoom
# == lib/chat_room.rb
# frozen_string_literal: true

class ChatMember
  attr_reader :outbox

  def initialize(name)
    @name = name
    @outbox = []
  end
end

class ChatRoom
  def initialize(name)
    @name = name
    @members = []
  end

  def join(name)
    @members << ChatMember.new(name) # LEAK HERE
  end

  def leave(name)
    @members.delete_if { |member| member.equal?(name) }
  end

  def say(text)
    @members.each { |member| member.outbox << "#{@name}: #{text}" } # LEAK HERE
  end
end
# == lib/chat_server.rb
# frozen_string_literal: true

class ChatServer
  @rooms = Hash.new { |rooms, name| rooms[name] = ChatRoom.new(name) }

  class << self
    def visit(room, visitor)
      @rooms[room].join(visitor)
      @rooms[room].say("hello from #{visitor} #{Upstream.text(60, visitor.sum)}")
    end
  end
end

Shop.get('/chat') do |request|
  ChatServer.visit("room-#{request.params['n'].to_i % 40}", request.cookies['_session'])
  'hi'
end

# == traffic
app Shop
every_step do |step|
  60.times { |n| get "/chat?n=#{step * 7 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
