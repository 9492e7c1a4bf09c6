# Uploads are registered while in progress, and removed on success; failed ones stay.
# kind: leak
# owner: Uploads
# == lib/uploads.rb
# frozen_string_literal: true

module Uploads
  IN_FLIGHT = {}
  LOCK = Mutex.new

  def self.track(id, name)
    LOCK.synchronize { IN_FLIGHT[id] = {name: name, meta: Upstream.text(1_200, id), started: Time.now} } # LEAK HERE
    yield
    LOCK.synchronize { IN_FLIGHT.delete(id) }
  end
end

Shop.post('/upload') do |request|
  number = request.params['n'].to_i
  begin
    Uploads.track(number, "file-#{number}.pdf") { raise IOError, 'connection lost' if (number % 3).zero? }
    'stored'
  rescue IOError => error
    error.message
  end
end

# == traffic
app Shop
every_step do |step|
  180.times { |n| post "/upload?n=#{step * 180 + n}", 'x' }
  60.times { |n| get "/products?q=#{n}" }
end
