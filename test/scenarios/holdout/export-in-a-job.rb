# A job builds a whole export from rows in memory before it writes the first line; it started long before the dump.
# kind: bloat
# owner: LedgerExport
# owner: Thread "worker 1"
# == lib/ledger_export.rb
# frozen_string_literal: true

class LedgerExport
  Row = Struct.new(:number, :account, :text, :amount)
  READY = Queue.new

  def initialize(count)
    @count = count
  end

  def run
    @rows = Array.new(@count) { |n| Row.new(n, "account-#{n % 90}", Upstream.text(200, n), n * 3 % 977) } # LEAK HERE
    READY << true
    sleep
    @rows.map(&:to_a)
  end
end

# == traffic
app Shop
every_step do |step|
  if step == 12
    Thread.new { LedgerExport.new(7_000).run }.name = 'worker 1'
    LedgerExport::READY.pop
  end
  60.times { |n| get "/products?q=#{n}" }
end
