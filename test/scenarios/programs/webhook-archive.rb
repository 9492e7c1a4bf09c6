# The last webhook of each delivery is kept parsed for replay; each delivery has its own id, so each webhook is the
# last.
#
# kind: leak
# owner: Webhooks
# == lib/webhooks.rb
# frozen_string_literal: true

class Webhooks
  def initialize(app)
    @app = app
    @last = {}
  end

  def call(env)
    return @app.call(env) unless env['PATH_INFO'] == '/webhook'

    @last[env['HTTP_X_REQUEST_ID']] = JSON.parse(env['rack.input'].read) # LEAK HERE
    [200, {}, ['thanks']]
  end
end

# == traffic
app Webhooks.new(Shop)
every_step do |step|
  25.times { |n| post '/webhook', Upstream.document(1_200, step * 25 + n) }
  80.times { |n| get "/products?q=#{n}" }
end
