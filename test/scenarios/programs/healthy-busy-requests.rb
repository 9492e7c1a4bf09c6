# In the middle of a few large requests: much is in memory, all of it held by running threads.
#
# kind: healthy
# == lib/imports.rb
# frozen_string_literal: true

class Import
  def call(request)
    rows = Array.new(9_000) { |n| {line: n, text: Upstream.text(220, n), tags: %w[new import]} }
    rest = request.body.read
    "#{rows.size} #{rest}"
  end
end

Shop.post('/import') { |request| Import.new.call(request) }

# == traffic
app Shop
every_step do |step|
  120.times { |n| get "/products?q=#{n + step}" }
end
before_dump do
  3.times { |n| hanging_post "/import?n=#{n}" }
end
