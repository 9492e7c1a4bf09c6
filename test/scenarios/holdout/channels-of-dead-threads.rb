# A message bus client opens a channel for each thread; closing those of ended threads calls a method that does not
# exist, and rescues (influitive/multiple_man#31).
# kind: leak
# owner: Amqp::Session
# owner: Broadcaster
# owner: Broadcaster::Connection
# == vendor/bundle/ruby/3.1.0/gems/amqp_session-2.7.0/lib/amqp_session.rb
# frozen_string_literal: true

module Amqp
  class Channel
    attr_reader :id

    def initialize(session, id)
      @session = session
      @id = id
      @unconfirmed = Set.new
      @exchanges = {'topic' => {name: 'events', type: :topic, arguments: {'x-id' => "channel-#{id}"}}}
      @buffer = String.new(capacity: 2_048)
      @lock = Monitor.new
    end

    def publish(text)
      @buffer.clear
      @buffer << text
      self
    end

    def close
      @session.deregister(self)
    end
  end

  class Session
    def initialize
      @channels = {}
      @last_id = 0
      @lock = Mutex.new
    end

    def create_channel
      @lock.synchronize { @channels[@last_id += 1] = Channel.new(self, @last_id) } # LEAK HERE
    end

    def deregister(channel)
      @lock.synchronize { @channels.delete(channel.id) }
    end
  end
end

# == lib/broadcaster.rb
# frozen_string_literal: true

module Broadcaster
  class Connection
    SESSION = Amqp::Session.new
    @channels = []

    class << self
      def channel
        Thread.current[:broadcast_channel] ||= SESSION.create_channel.tap { |channel| @channels << [channel, Thread.current.object_id] } # LEAK HERE
      end

      def reap
        @channels.each { |channel, _thread| channel.shut }
      rescue NoMethodError
        @channels.clear
      end
    end
  end

  def self.deliver_later(text)
    Thread.new { Connection.channel.publish(text) }.join
  end
end

Shop.post('/broadcast') do |request|
  Broadcaster.deliver_later("event #{request.params['n']} #{Upstream.text(300, request.params['n'].to_i)}")
  'ok'
end

# == traffic
app Shop
every_step do |step|
  45.times { |n| post "/broadcast?n=#{step * 45 + n}", '' }
  Broadcaster::Connection.reap
  60.times { |n| get "/products?q=#{n}" }
end
