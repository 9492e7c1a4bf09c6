# The last 613 events for the support page: one is added at the end, one removed at the front.
#
# kind: healthy
# == lib/recent_events.rb
# frozen_string_literal: true

module RecentEvents
  KEPT = 613
  EVENTS = []
  LOCK = Mutex.new

  def self.add(event)
    LOCK.synchronize do
      EVENTS << event
      EVENTS.shift if EVENTS.size > KEPT
    end
  end
end

Shop.get('/event') do |request|
  number = request.params['n'].to_i
  RecentEvents.add({number: number, text: Upstream.text(1_500, number), at: Time.now})
  'ok'
end

# == traffic
app Shop
every_step do |step|
  70.times { |n| get "/event?n=#{step * 70 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
