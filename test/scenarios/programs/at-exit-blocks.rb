# Each upload registers an at_exit block for cleanup, which keeps the upload until the process ends.
#
# kind: leak
# owner: Upload
# owner: at_exit
# == lib/upload.rb
# frozen_string_literal: true

class Upload
  def initialize(name)
    @name = name
    @parts = Array.new(12) { |n| "part #{n} of #{name}: #{Upstream.text(300, n + name.sum)}" } # LEAK HERE
    at_exit { discard } # LEAK HERE
  end

  def discard
    @parts.clear
  end

  def size
    @parts.sum(&:bytesize)
  end
end

Shop.post('/upload') { |request| Upload.new(request.env['HTTP_X_REQUEST_ID']).size.to_s } # LEAK HERE

# == traffic
app Shop
every_step do |step|
  90.times { |n| post "/upload?n=#{n}", 'a=b' }
  60.times { |n| get "/products?q=#{n + step}" }
end
