# Statistics are appended to a String "to be flushed every minute", but the flusher was removed. One growing object.
#
# kind: leak
# owner: StatsBuffer
# trace: boot
# == lib/stats_buffer.rb
# frozen_string_literal: true

module StatsBuffer
  @buffer = String.new # LEAK HERE
  @lock = Mutex.new

  def self.add(name, value, tags)
    @lock.synchronize { @buffer << name << ':' << value.to_s << '|c|#' << tags << "\n" }
  end
end

Shop.get('/counted') do |request|
  40.times { |n| StatsBuffer.add("shop.view.#{n}", n, "path:/counted,visitor:#{request.cookies['_session']},agent:#{request.user_agent}") }
  'ok'
end

# == traffic
app Shop
every_step do |step|
  100.times { |n| get "/counted?n=#{step * 100 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
