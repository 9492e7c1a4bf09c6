# Feeds are read with `next`, a few entries at a time; each Enumerator keeps a suspended Fiber, and none is finished.
#
# kind: leak
# owner: FeedReader
# == lib/feed_reader.rb
# frozen_string_literal: true

class FeedReader
  def initialize
    @open = {}
  end

  READER = new

  def read(id)
    @open[id] ||= entries(id)
    @open[id].next # LEAK HERE
  end

  private

  def entries(id)
    Enumerator.new do |out| # LEAK HERE
      lines = Array.new(80) { |line| "#{id}/#{line}: #{Upstream.text(90, line + id.sum)}" } # LEAK HERE
      lines.each { |line| out << line }
    end
  end
end

Shop.get('/feed') { |request| FeedReader::READER.read(request.params['id']) }

# == traffic
app Shop
every_step do |step|
  18.times { |n| get "/feed?id=feed-#{step}-#{n}" }
  60.times { |n| get "/products?q=#{n}" }
end
