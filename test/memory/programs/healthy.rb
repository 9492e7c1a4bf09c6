# A catalogue, a full cache, a few threads: what the process uses is its objects.
#
# rule: none
Product = Struct.new(:sku, :title, :price)
CATALOGUE = Array.new(60_000) { |number| Product.new("sku-#{number}", "Product number #{number} in the catalogue", number / 7.0) }
CACHE = {}

def page(number)
  CACHE.delete(CACHE.first[0]) if CACHE.size >= 400
  CACHE[number] = CATALOGUE[number % 60_000, 20].map(&:title).join("\n") * 10
end

5.times.map { |thread| Thread.new { 400.times { |number| page(number * 5 + thread) } } }.each(&:join)
workers = Array.new(5) { Thread.new { sleep } }
GC.start
ready
workers.size
