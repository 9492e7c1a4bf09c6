# A cache with a limit in bytes: its number of entries varies, its size does not.
#
# kind: healthy
# == lib/picture_cache.rb
# frozen_string_literal: true

class PictureCache
  LIMIT = 1_500_000

  def initialize
    @pictures = {}
    @bytes = 0
  end

  def fetch(key)
    picture = @pictures.delete(key)
    @bytes -= picture.bytesize if picture
    picture ||= yield
    @pictures[key] = picture
    @bytes += picture.bytesize
    @bytes -= @pictures.shift.last.bytesize while @bytes > LIMIT
    picture
  end

  MAIN = new
end

Shop.get('/picture') do |request|
  number = request.params['n'].to_i
  PictureCache::MAIN.fetch("p#{number}") { Upstream.text(400 + number * 37 % 4_000, number) }.bytesize.to_s
end

# == traffic
app Shop
every_step do |step|
  200.times { |n| get "/picture?n=#{step * 140 + n}" }
  80.times { |n| get "/products?q=#{n}" }
end
