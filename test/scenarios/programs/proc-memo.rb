# Filters are compiled to lambdas and memoized by their text; the scope of each lambda holds the whole parsed document.
#
# kind: leak
# owner: FilterCompiler
# == lib/filter_compiler.rb
# frozen_string_literal: true

class FilterCompiler
  def initialize
    @compiled = {}
  end

  INSTANCE = new

  def compile(text)
    @compiled[text] ||= begin
      document = JSON.parse(Upstream.document(2_500, text.sum + text.hash.abs % 1_000), symbolize_names: true)
      limits = document[:lines].map { |line| line[:price].to_s + text } # LEAK HERE
      lambda { |price| limits.include?(price) } # LEAK HERE
    end
  end
end

Shop.get('/filter') { |request| FilterCompiler::INSTANCE.compile("price < #{request.params['max']} and agent = #{request.user_agent}").call('9').to_s }

# == traffic
app Shop
every_step do |step|
  90.times { |n| get "/filter?max=#{step * 90 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
