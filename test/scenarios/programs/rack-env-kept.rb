# The environments of recent requests are kept for error reports, without a limit.
#
# kind: leak
# owner: ErrorContext
# == lib/error_context.rb
# frozen_string_literal: true

class ErrorContext
  @recent = []

  class << self
    attr_reader :recent
  end

  def initialize(app)
    @app = app
  end

  def call(env)
    ErrorContext.recent << env.merge('error_context.at' => Time.now) # LEAK HERE
    @app.call(env)
  end
end

# == traffic
app ErrorContext.new(Shop)
every_step do |step|
  160.times { |n| get "/products?q=#{n % 90}" }
  10.times { get "/health?#{step}" }
end
