# Sessions are kept for two rounds and then removed: all of them are young, and their number is constant.
#
# kind: healthy
# == lib/sessions.rb
# frozen_string_literal: true

class Sessions
  LIFE = 400

  def initialize
    @sessions = {}
    @clock = 0
  end

  def visit(id)
    @clock += 1
    sweep if (@clock % 100).zero?
    @sessions[id] = {id: id, seen: @clock, cart: Upstream.words(20, @clock), note: Upstream.text(1_500, @clock)}
  end

  def sweep
    @sessions.delete_if { |_id, session| session[:seen] < @clock - LIFE }
  end

  ALL = new
end

Shop.get('/visit') { |request| Sessions::ALL.visit(request.cookies['_session'])[:seen].to_s }

# == traffic
app Shop
every_step do |step|
  180.times { |n| get "/visit?n=#{n}" }
  60.times { |n| get "/products?q=#{n + step}" }
end
