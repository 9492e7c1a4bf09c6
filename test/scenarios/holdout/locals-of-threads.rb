# A client keeps its state in a fiber-local with a different name for each instance; the server's threads live forever,
# and so do these.
# kind: leak
# owner: Ledger::Client
# owner: Ledger
# owner: Thread
# owner: Statements
# == lib/ledger.rb
# frozen_string_literal: true

module Ledger
  class Client
    def initialize(account)
      @name = :"ledger_client_#{account}_#{object_id}"
    end

    def entries
      state = (Thread.current[@name] ||= {opened: Time.now, rows: [], cursor: nil}) # LEAK HERE
      state[:rows] << Upstream.text(700, @name.hash.abs % 100_000)
      state[:rows].size
    end
  end
end

Shop.get('/statement') { |request| Ledger::Client.new(request.params['n'].to_i).entries.to_s }

# == traffic
app Shop
every_step do |step|
  90.times { |n| get "/statement?n=#{step * 90 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
