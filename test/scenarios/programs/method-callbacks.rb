# Each upload adds its own method to a list of shutdown hooks: Method objects, each holding the upload with its bytes.
#
# kind: leak
# owner: Shutdown
# owner: Upload
# == lib/shutdown.rb
# frozen_string_literal: true

module Shutdown
  HOOKS = []

  def self.before(hook)
    HOOKS.push(hook)
  end
end
# == lib/upload.rb
# frozen_string_literal: true

class Upload
  def initialize(body)
    @bytes = body.read # LEAK HERE
    Shutdown.before(method(:abort!)) # LEAK HERE
  end

  def abort!
    @bytes = nil
  end

  def size
    @bytes.bytesize
  end
end

Shop.post('/upload') { |request| Upload.new(request.body).size.to_s } # LEAK HERE

# == traffic
app Shop
every_step do |step|
  40.times { |n| post '/upload', Upstream.text(3_000, step * 40 + n) }
  80.times { |n| get "/products?q=#{n}" }
end
