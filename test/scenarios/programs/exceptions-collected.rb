# Errors are collected for a weekly summary: the exceptions themselves, with their backtraces and bindings.
#
# kind: leak
# owner: ErrorSummary
# == lib/error_summary.rb
# frozen_string_literal: true

module ErrorSummary
  Entry = Struct.new(:error, :binding, :lines)
  @errors = []

  def self.add(error, binding)
    @errors << Entry.new(error, binding, error.backtrace) # LEAK HERE
  end
end
# == lib/payment.rb
# frozen_string_literal: true

class Payment
  class Declined < StandardError; end

  def pay(number)
    document = Upstream.document(2_000, number)
    raise Declined, "card #{number} was declined" if document.size > 10 # LEAK HERE
  rescue Declined => error
    ErrorSummary.add(error, binding) # LEAK HERE
    'declined'
  end
end

Shop.post('/pay') { |request| Payment.new.pay(request.params['n'].to_i) }

# == traffic
app Shop
every_step do |step|
  70.times { |n| post "/pay?n=#{step * 70 + n}", 'card=1' }
  60.times { |n| get "/products?q=#{n}" }
end
