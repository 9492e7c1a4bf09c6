# Every export starts a thread that waits for a signal that is never sent; each holds the rows it has read.
#
# kind: leak
# owner: LiveExport
# owner: live export
# owner: Thread
# == lib/live_export.rb
# frozen_string_literal: true

class LiveExport
  def initialize(number)
    @number = number
    @more = Queue.new
  end

  def start
    thread = Thread.new { stream } # LEAK HERE
    thread.name = 'live export'
  end

  private

  def stream
    rows = Catalogue::PRODUCTS.first(500).map { |product| "#{@number};#{product.sku};#{product.title};#{product.price}" } # LEAK HERE
    while (wanted = @more.pop)
      rows.first(wanted)
    end
  end
end

Shop.get('/live') do |request|
  LiveExport.new(request.params['n'].to_i).start
  'started'
end

# == traffic
app Shop
every_step do |step|
  3.times { |n| get "/live?n=#{step * 3 + n}" }
  80.times { |n| get "/products?q=#{n}" }
end
