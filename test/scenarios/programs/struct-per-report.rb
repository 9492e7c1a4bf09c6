# Each report defines a Struct for its columns and keeps it in a Hash by report id.
#
# kind: leak
# owner: ReportBuilder
# == lib/report_builder.rb
# frozen_string_literal: true

class ReportBuilder
  ROWS = {}

  def initialize(id, columns)
    @id = id
    @columns = columns
  end

  def row_class
    ROWS[@id] ||= Struct.new(*@columns.map(&:to_sym), keyword_init: true) do # LEAK HERE
      def total
        values.grep(Integer).sum
      end
    end
  end

  def build
    Array.new(5) { |n| row_class.new(**@columns.to_h { |column| [column.to_sym, n] }).total }.sum
  end
end

Shop.get('/report') { |request| ReportBuilder.new(request.params['id'], %w[day visits orders revenue]).build.to_s }

# == traffic
app Shop
every_step do |step|
  110.times { |n| get "/report?id=r-#{step}-#{n}" }
  60.times { |n| get "/products?q=#{n}" }
end
