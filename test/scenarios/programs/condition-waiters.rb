# Long polls wait on a ConditionVariable without a timeout; most are never signaled, and each holds the message it
# prepared.
#
# kind: leak
# owner: LongPoll
# owner: long poll
# owner: Thread
# == lib/long_poll.rb
# frozen_string_literal: true

class LongPoll
  LOCK = Mutex.new
  NEWS = ConditionVariable.new

  def self.open(visitor)
    thread = Thread.new do # LEAK HERE
      prepared = Catalogue::PRODUCTS.last(400).map { |product| {visitor: visitor, text: "#{product.title} for #{visitor}"} } # LEAK HERE
      LOCK.synchronize { NEWS.wait(LOCK) }
      prepared.size
    end
    thread.name = 'long poll'
  end
end

Shop.get('/poll') do |request|
  LongPoll.open(request.cookies['_session'])
  'waiting'
end

# == traffic
app Shop
every_step do |step|
  4.times { |n| get "/poll?n=#{step * 4 + n}" }
  80.times { |n| get "/products?q=#{n}" }
end
