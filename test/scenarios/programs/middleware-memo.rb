# A Rack middleware memoizes permissions by session: `@permissions ||= {}`. But a middleware is one object for the whole
# process.
#
# kind: leak
# owner: Permissions
# == lib/permissions.rb
# frozen_string_literal: true

class Permissions
  def initialize(app)
    @app = app
  end

  def call(env)
    env['shop.permissions'] = permissions(Rack::Request.new(env).cookies['_session'])
    @app.call(env)
  end

  private

  def permissions(session)
    @permissions ||= {}
    @permissions[session] ||= Upstream.words(25, session.sum).map { |word| "#{word}:#{session[0, 8]}:read-write" } # LEAK HERE
  end
end

# == traffic
app Permissions.new(Shop)
every_step do |step|
  150.times { |n| get "/products?q=#{n % 100}" }
end
