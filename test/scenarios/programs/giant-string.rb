# An export is built as one String and kept in case it is downloaded again. 34 MB.
#
# kind: bloat
# owner: CatalogueExport
# trace: boot
# == lib/catalogue_export.rb
# frozen_string_literal: true

class CatalogueExport
  class << self
    attr_reader :latest

    def build(copies)
      csv = String.new(capacity: 1_000) # LEAK HERE
      copies.times do |copy|
        Catalogue::PRODUCTS.each { |product| csv << copy.to_s << ';' << product.sku << ';' << product.title << ';' << product.price.to_s << "\n" }
      end
      @latest = csv
    end
  end
end

Shop.get('/export') { |request| CatalogueExport.build(request.params['copies'].to_i).bytesize.to_s }

# == traffic
app Shop
every_step do |step|
  get '/export?copies=300' if step == 9
  100.times { |n| get "/products?q=#{n + step}" }
end
