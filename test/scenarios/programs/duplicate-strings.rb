# An importer keeps its rows, and every row has its own copies of the same few words: country, currency, status, source.
#
# kind: duplicates
# owner: SupplierImport
# trace: boot
# == lib/supplier_import.rb
# frozen_string_literal: true

class SupplierImport
  COUNTRIES = %w[Germany France Poland Spain].freeze

  class << self
    def rows
      @rows ||= []
    end

    def run(count)
      count.times do |n|
        line = "#{n},#{COUNTRIES[n % 4]} (European Union),Euro and cents,awaiting confirmation,supplier-feed-v2"
        _id, *fields = line.split(',') # LEAK HERE
        rows << fields
      end
    end
  end
end

Shop.post('/import') do |request|
  SupplierImport.run(request.params['rows'].to_i)
  'imported'
end

# == traffic
app Shop
every_step do |step|
  post '/import?rows=45000', 'a' if step == 4
  100.times { |n| get "/products?q=#{n + step}" }
end
