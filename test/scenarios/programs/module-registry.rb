# Formatters register themselves by name in a module; a controller creates one per request, with a unique name. Small: 1
# to 2 MB.
#
# kind: leak
# owner: FormatterRegistry
# == lib/formatter_registry.rb
# frozen_string_literal: true

module FormatterRegistry
  @formatters = {}

  class << self
    def register(name, formatter)
      @formatters[name.to_s] = formatter # LEAK HERE
    end

    def fetch(name)
      @formatters.fetch(name.to_s)
    end
  end
end

class MoneyFormatter
  def initialize(currency, pattern)
    @currency = currency
    @pattern = pattern
    @cache = {} # LEAK HERE
  end

  def format(cents)
    @cache[cents] ||= "#{@currency} #{cents / 100.0} #{@pattern}" # LEAK HERE
  end
end
# == lib/invoices.rb
# frozen_string_literal: true

Shop.get('/invoice') do |request|
  name = "money-#{request.env['HTTP_X_REQUEST_ID']}"
  FormatterRegistry.register(name, MoneyFormatter.new(request.params['currency'], '%.2f')) # LEAK HERE
  Array.new(4) { |n| FormatterRegistry.fetch(name).format(n * 1_050) }.join(',')
end

# == traffic
app Shop
every_step do |step|
  70.times { |n| get "/invoice?currency=EUR&n=#{step * 70 + n}" }
  70.times { |n| get "/products?q=#{n}" }
end
