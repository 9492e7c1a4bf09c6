# Each requested coupon gets its own method, evaluated from source; visitors can invent any number of coupons.
# kind: leak
# owner: Coupons
# owner: Coupons::Rules
# == lib/coupons.rb
# frozen_string_literal: true

module Coupons
  class Rules
    def discount(code, total)
      name = "discount_for_#{code}"
      unless respond_to?(name)
        self.class.class_eval(<<~RUBY, __FILE__, __LINE__ + 1) # LEAK HERE
          def #{name}(total)
            rate = 0
            rate += 5 if total > 100 && "#{code}".start_with?("A")
            rate += 7 if total > 200 && "#{code}".end_with?("Z")
            #{Array.new(6) { |n| "rate -= #{n} if total % #{n + 2} == 1" }.join("\n")}
            [rate, 0].max
          end
        RUBY
      end
      public_send(name, total)
    end
  end
end

Shop.get('/coupon') { |request| Coupons::Rules.new.discount(request.params['code'], request.params['total'].to_i).to_s }

# == traffic
app Shop
every_step do |step|
  35.times { |n| get "/coupon?code=A#{step * 35 + n}Z&total=#{n * 11}" }
  60.times { |n| get "/products?q=#{n}" }
end
