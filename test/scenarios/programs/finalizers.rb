# A finalizer that should remove a temporary file captures the object itself, so the object is never garbage.
#
# kind: leak
# owner: TemporaryReport
# == lib/temporary_report.rb
# frozen_string_literal: true

class TemporaryReport
  def initialize(number)
    @path = "/tmp/report-#{number}.csv"
    @rows = Catalogue::PRODUCTS.first(60).map { |product| "#{product.sku};#{number};#{product.title}" } # LEAK HERE
    ObjectSpace.define_finalizer(self, proc { remove }) # LEAK HERE
  end

  def remove
    File.delete(@path) if File.exist?(@path)
  end

  def summary
    @rows.size.to_s
  end
end

Shop.get('/report') { |request| TemporaryReport.new(request.params['n'].to_i).summary } # LEAK HERE

# == traffic
app Shop
every_step do |step|
  90.times { |n| get "/report?n=#{step * 90 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
