# Each article remembers its viewers, for "others also viewed". The number of articles is constant; what each holds
# grows.
#
# kind: leak
# owner: Shelf
# owner: Shelf::Article
# == lib/shelf.rb
# frozen_string_literal: true

class Shelf
  class Article
    def initialize(product)
      @product = product
      @viewers = []
    end

    def seen_by(visitor, agent)
      @viewers << {visitor: visitor, agent: agent, at: Time.now} # LEAK HERE
    end
  end

  ARTICLES = Catalogue::PRODUCTS.first(1_200).map { |product| Article.new(product) }

  def self.view(number, request)
    ARTICLES[number % ARTICLES.size].seen_by(request.cookies['_session'].to_s, request.user_agent.to_s) # LEAK HERE
    'ok'
  end
end

Shop.get('/article') { |request| Shelf.view(request.params['n'].to_i, request) }

# == traffic
app Shop
every_step do |step|
  220.times { |n| get "/article?n=#{(step * 220 + n) * 7}" }
  60.times { |n| get "/products?q=#{n}" }
end
