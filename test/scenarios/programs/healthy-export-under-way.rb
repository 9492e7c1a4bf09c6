# An export of twelve megabytes is being sent: most of live memory is one String, held by the request.
#
# kind: healthy
# == lib/order_export.rb
# frozen_string_literal: true

class OrderExport
  def call(request)
    @csv = String.new
    120_000.times { |n| @csv << n.to_s << ';' << Upstream.text(90, n) << "\n" }
    4.times { GC.start }
    request.body.read
    @csv
  end
end

Shop.post('/export') { |request| OrderExport.new.call(request) }

# == traffic
app Shop
every_step do |step|
  120.times { |n| get "/products?q=#{n + step}" }
end
before_dump do
  hanging_post '/export'
end
