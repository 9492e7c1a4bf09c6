# A list keeps threads that ended long ago, and each still holds its value: the report it built.
#
# kind: leak
# owner: BackgroundReports
# == lib/background_reports.rb
# frozen_string_literal: true

class BackgroundReports
  @threads = []

  class << self
    def start(number)
      thread = Thread.new { Array.new(50) { |line| "report #{number}, line #{line}: #{Upstream.text(180, number + line)}" } } # LEAK HERE
      @threads << thread
      thread.join
      @threads.count(&:alive?)
    end
  end
end

Shop.post('/reports') { |request| BackgroundReports.start(request.params['n'].to_i).to_s }

# == traffic
app Shop
every_step do |step|
  20.times { |n| post "/reports?n=#{step * 20 + n}", 'kind=daily' }
  60.times { |n| get "/products?q=#{n}" }
end
