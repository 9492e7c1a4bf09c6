# The last 700 requests for a debug page, in a ring buffer.
#
# kind: healthy
# == lib/recent_requests.rb
# frozen_string_literal: true

class RecentRequests
  SIZE = 700

  def initialize(app)
    @app = app
    @ring = Array.new(SIZE)
    @at = 0
  end

  def call(env)
    @ring[@at % SIZE] = {path: env['PATH_INFO'] + env['QUERY_STRING'], agent: env['HTTP_USER_AGENT'], from: env['REMOTE_ADDR'], id: env['HTTP_X_REQUEST_ID'], at: Time.now}
    @at += 1
    @app.call(env)
  end
end

# == traffic
app RecentRequests.new(Shop)
every_step do |step|
  140.times { |n| get "/products?q=#{n + step}" }
end
