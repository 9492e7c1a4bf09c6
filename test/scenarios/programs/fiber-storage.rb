# A consumer runs in one Fiber that lives as long as the process; each message leaves a note in its fiber-local
# variables.
#
# kind: leak
# owner: Consumer
# owner: Fiber
# owner: MessageNote
# == lib/consumer.rb
# frozen_string_literal: true

MessageNote = Struct.new(:topic, :offset, :summary)

class Consumer
  def self.fiber
    @fiber ||= Fiber.new do
      loop { new.handle(Fiber.yield) }
    end.tap(&:resume)
  end

  def handle(message)
    notes = Thread.current[:message_notes] ||= []
    notes << MessageNote.new('orders', message[:offset], message[:text].slice(0, 900).reverse) # LEAK HERE
  end
end

# == traffic
app Shop
# A fiber is resumed by the thread that created it.
every_step do |step|
  250.times { |n| Consumer.fiber.resume({offset: step * 250 + n, text: Upstream.text(1_000, n + step)}) }
  60.times { |n| get "/products?q=#{n}" }
end
