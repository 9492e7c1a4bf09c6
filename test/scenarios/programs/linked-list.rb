# An undo history: each change refers to the previous one, and the newest is held. A chain of forty thousand.
#
# kind: leak
# owner: History
# owner: Change
# == lib/history.rb
# frozen_string_literal: true

class Change
  attr_reader :previous

  def initialize(previous, text)
    @previous = previous
    @text = text
  end
end

class History
  class << self
    def push(text)
      @newest = Change.new(@newest, text) # LEAK HERE
    end
  end
end

Shop.post('/edit') do |request|
  number = request.params['n'].to_i
  17.times { |line| History.push("line #{line} of document #{number}: #{request.user_agent}") } # LEAK HERE
  'saved'
end

# == traffic
app Shop
every_step do |step|
  100.times { |n| post "/edit?n=#{step * 100 + n}", 'text=x' }
  60.times { |n| get "/products?q=#{n}" }
end
