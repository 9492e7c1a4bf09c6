# Searches train the autocompletion: a tree of small Hashes, one level per letter. Each Hash is small, the whole tree is
# large.
#
# kind: leak
# owner: Autocomplete
# == lib/autocomplete.rb
# frozen_string_literal: true

class Autocomplete
  def initialize
    @root = {}
  end

  def learn(text)
    node = @root
    text.each_char { |letter| node = node[letter] ||= {} } # LEAK HERE
    node[:count] = node.fetch(:count, 0) + 1
  end

  def size
    @root.size
  end

  INSTANCE = new
end

Shop.get('/search') do |request|
  Autocomplete::INSTANCE.learn("#{Upstream.words(2, request.params['n'].to_i).join(' ')} #{request.params['n'].to_i * 7_919}")
  'ok'
end

# == traffic
app Shop
every_step do |step|
  200.times { |n| get "/search?n=#{step * 200 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
