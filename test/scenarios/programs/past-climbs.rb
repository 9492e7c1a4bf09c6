# Each request's quotes are kept. A single untraced dump cannot tell that from a full cache; eight hours of history can.
#
# kind: leak
# owner: QuoteBook
# history: 20
# == lib/quote_book.rb
# frozen_string_literal: true

class QuoteBook
  @quotes = {}

  def self.keep(id, lines)
    @quotes[id] = {id: id, lines: lines, note: "quote #{id} of #{lines.size} lines"} # LEAK HERE
  end
end

Shop.get('/quote') do |request|
  lines = Array.new(6) { |n| "#{Upstream.words(3, n)} #{request.params['n']}" } # LEAK HERE
  QuoteBook.keep(request.env['HTTP_X_REQUEST_ID'], lines)
  lines.join("\n")
end

# == traffic
app Shop
every_step do |step|
  180.times { |n| get "/quote?n=#{step * 180 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
