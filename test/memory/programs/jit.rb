# Thousands of methods, each hot enough to be compiled.
#
# needs: yjit
# rule: jit-code
# env: RUBYOPT=--yjit
# remedy: RUBYOPT=--yjit --yjit-exec-mem-size=128
class Pricing
  METHODS = 12_000
  METHODS.times do |number|
    class_eval <<~RUBY, __FILE__, __LINE__ + 1
      def price_#{number}(count, discount)
        sum = 0
        count.times { |item| sum += item * #{number} + (item.even? ? discount : -discount) }
        sum > 10 ? [sum, discount].max : sum + count - discount
      end
    RUBY
  end
end

pricing = Pricing.new
Pricing::METHODS.times { |number| 40.times { |count| pricing.send("price_#{number}", count % 5, number % 7) } }
ready
