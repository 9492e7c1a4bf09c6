# Thumbnails go through a SizedQueue with a dead consumer, so the thread of each upload waits for a free slot while
# holding its picture.
#
# kind: leak
# owner: Thumbnails
# owner: Thumbnails::PENDING
# owner: SizedQueue
# owner: thumbnail upload
# owner: Thread
# == lib/thumbnails.rb
# frozen_string_literal: true

class Thumbnails
  PENDING = SizedQueue.new(10)

  def self.start
    consumer = Thread.new do
      Thread.current.report_on_exception = false
      loop { raise 'no such codec' if PENDING.pop }
    end
    consumer.name = 'thumbnail consumer'
  end

  def self.upload(number)
    thread = Thread.new do # LEAK HERE
      picture = Array.new(40) { |n| "#{number}-#{n}:#{Upstream.text(2_000, number + n)}" } # LEAK HERE
      PENDING << picture
    end
    thread.name = 'thumbnail upload'
  end
end

Thumbnails.start
Shop.post('/upload') do |request|
  Thumbnails.upload(request.params['n'].to_i)
  'later'
end

# == traffic
app Shop
every_step do |step|
  4.times { |n| post "/upload?n=#{step * 4 + n}", 'picture' }
  60.times { |n| get "/products?q=#{n}" }
end
