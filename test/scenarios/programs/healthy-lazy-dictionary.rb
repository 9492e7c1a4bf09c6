# A dictionary that the first request loads and all later ones use: loaded late, but only once.
#
# kind: healthy
# == lib/dictionary.rb
# frozen_string_literal: true

class Dictionary
  def self.words
    @words ||= Array.new(12_000) { |n| "#{Upstream.words(2, n).join('-')}-#{n}".freeze }.to_h { |word| [word, word.size] }.freeze
  end
end

Shop.get('/spell') { |request| Dictionary.words.key?(request.params['q']).to_s }

# == traffic
app Shop
every_step do |step|
  100.times { |n| get "/spell?q=amber-#{n}" } if step > 1
  80.times { |n| get "/products?q=#{n + step}" }
end
