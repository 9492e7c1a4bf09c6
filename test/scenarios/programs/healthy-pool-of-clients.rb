# Twenty-four clients of a service, each with a bounded cache of recent answers, called at random: some are busy, some
# are not.
#
# kind: healthy
# == lib/clients.rb
# frozen_string_literal: true

class Client
  def initialize
    @answers = {}
  end

  def ask(question)
    @answers.delete(@answers.first.first) if @answers.size >= 60
    @answers[question] = {text: Upstream.text(400, question), tags: %w[a b c]}
  end

  POOL = Array.new(24) { new }
end

Shop.get('/ask') do |request|
  number = request.params['n'].to_i
  Client::POOL[(number * number) % 24].ask(number)[:text]
end

# == traffic
app Shop
every_step do |step|
  150.times { |n| get "/ask?n=#{step * 150 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
