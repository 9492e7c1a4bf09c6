# A global variable left over from debugging holds all recent responses in production.
#
# kind: leak
# owner: $last_responses
# owner: global variable
# owner: global variables
# owner: ResponseSnapshot
# == lib/response_snapshot.rb
# frozen_string_literal: true

class ResponseSnapshot
  def initialize(path, status, body)
    @path = path
    @status = status
    @body = body
    @taken_at = Time.now
  end
end

$last_responses = []

class SnapshotMiddleware
  def initialize(app)
    @app = app
  end

  def call(env)
    status, headers, body = @app.call(env)
    text = body.join
    $last_responses << ResponseSnapshot.new(env['PATH_INFO'], status, text.dup) # LEAK HERE
    [status, headers, [text]]
  end
end

Shop.get('/page') { |request| "<p>#{Upstream.text(3_000, request.params['n'].to_i)}</p>" }

# == traffic
app SnapshotMiddleware.new(Shop)
every_step do |step|
  120.times { |n| get "/page?n=#{step * 120 + n}" }
  40.times { |n| get "/products?q=#{n}" }
end
