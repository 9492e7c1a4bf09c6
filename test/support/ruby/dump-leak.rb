# A small traced program with two leaks and a secret: SQL statements as hash keys, invoices in a cache, and a token in
# every place where a token could be.
require 'objspace'
require 'json'

output, secret = ARGV
ObjectSpace.trace_object_allocations_start

module Billing
  class Invoice
    def initialize(id)
      @id = id
      @lines = Array.new(4) { |line| {sku: "sku-#{id}-#{line}", price: line * 1.5} }
    end
  end

  class Cache
    def initialize
      @entries = {}
    end

    def fetch(key)
      @entries[key] ||= yield
    end
  end

  CACHE = Cache.new
end

class IssuesQuery
  STATEMENTS = {}

  def self.run(offset)
    sql = "SELECT \"issues\".* FROM \"issues\" WHERE \"repo_id\" = $1 LIMIT 20 OFFSET #{offset}"
    STATEMENTS[sql] ||= {columns: %w[id title body].map(&:dup)}
  end
end

class Session
  def initialize(token)
    @token = token.dup
    @by_token = {token.dup => self}
    @sql = Array.new(200) { "SELECT * FROM sessions WHERE token = '#{token}' AND shop = \"#{token}\"" }
  end
end

SESSIONS = Array.new(300) { Session.new(secret) }
$symbols = Array.new(20) { |at| :"#{secret}-#{at}" }
SESSIONS.first.define_singleton_method(:reveal) { secret }
20.times do |round|
  200.times do |at|
    number = round * 200 + at
    IssuesQuery.run(number * 20)
    Billing::CACHE.fetch("invoice/#{number}") { Billing::Invoice.new(number) }
  end
  GC.start
end

File.open(output, 'w') { |file| ObjectSpace.dump_all(output: file) }
