# A tracer keeps the spans of a request in a thread-local and forgets to clear it; the pool's threads live on.
#
# kind: leak
# owner: TraceSpan
# owner: Tracing
# owner: puma srv tp
# == lib/tracing.rb
# frozen_string_literal: true

class TraceSpan
  def initialize(name, tags)
    @name = name
    @tags = tags
    @started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end

module Tracing
  def self.span(name, tags)
    spans = Thread.current[:trace_spans] ||= []
    spans << TraceSpan.new(name, tags) # LEAK HERE
    yield
  end
end

Shop.get('/traced') do |request|
  Tracing.span('request', {'http.url' => request.url, 'user' => Upstream.text(120, request.params['n'].to_i)}) do # LEAK HERE
    Tracing.span('sql', {'statement' => "SELECT * FROM products WHERE id = #{request.params['n']} /* #{Upstream.text(200, 7)} */"}) { 'ok' } # LEAK HERE
  end
end

# == traffic
app Shop
every_step do |step|
  200.times { |n| get "/traced?n=#{step * 200 + n}" }
  50.times { |n| get "/products?q=#{n}" }
end
