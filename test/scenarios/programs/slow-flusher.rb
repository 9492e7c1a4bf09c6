# An asynchronous logger: lines go to an Array, and a thread writes them more slowly than they are added.
#
# kind: leak
# owner: AsyncLog
# == lib/async_log.rb
# frozen_string_literal: true

class AsyncLog
  def initialize
    @lines = []
    @lock = Mutex.new
    @more = ConditionVariable.new
    @writer = Thread.new { write }
  end

  def info(message)
    @lock.synchronize do
      @lines << "#{Time.now.iso8601(6)} INFO #{message}" # LEAK HERE
      @more.signal
    end
  end

  private

  def write
    loop do
      @lock.synchronize do
        @more.wait(@lock) while @lines.empty?
        @lines.shift
      end
      sleep 0.05
    end
  end
end

ASYNC_LOG = AsyncLog.new
Shop.get('/logged') do |request|
  12.times { |n| ASYNC_LOG.info("#{request.request_method} #{request.fullpath} part=#{n} agent=#{request.user_agent}") }
  'ok'
end

# == traffic
app Shop
every_step do |step|
  60.times { |n| get "/logged?n=#{step * 60 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
