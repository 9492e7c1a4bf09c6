# A feature flag "refreshes" its check by wrapping the previous one in a new lambda: each holds the last, and the
# settings it was created with.
#
# kind: leak
# owner: Flags
# == lib/flags.rb
# frozen_string_literal: true

module Flags
  @check = ->(_name) { false }

  class << self
    def refresh(settings)
      before = @check
      @check = lambda do |name| # LEAK HERE
        settings.key?(name) ? settings[name] : (settings.empty? && before.call(name))
      end
    end

    def on?(name)
      @check.call(name)
    end
  end
end

Shop.get('/flags') do |request|
  number = request.params['n'].to_i
  Flags.refresh(Array.new(6) { |n| ["flag-#{number}-#{n}", Upstream.text(120, number + n)] }.to_h) # LEAK HERE
  Flags.on?('dark').to_s
end

# == traffic
app Shop
every_step do |step|
  80.times { |n| get "/flags?n=#{step * 80 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
