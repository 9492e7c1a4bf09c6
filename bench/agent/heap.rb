# Dumps a heap like a busy Rails app's: rows as hashes of strings, rendered pages, SQL statements, and Ruby's own
# objects.
require 'objspace'

rows = Integer(ARGV.fetch(0))
HEAP = {
  rows: Array.new(rows) { |i| {'id' => i.to_s, 'email' => "customer#{i}@example.com", 'name' => "Customer number #{i}", 'currency' => 'EUR'.dup, 'state' => %w[open paid sent].sample.dup} },
  pages: Array.new(rows / 20) { |i| "<li class=\"price\">#{i}</li>\n" * 40 },
  statements: Array.new(rows / 20) do |i|
    %(SELECT "issues".* FROM "issues" WHERE "issues"."repo_id" = $1 AND "issues"."state" = 'open' ORDER BY "issues"."created_at" DESC LIMIT 20 OFFSET #{i})
  end,
  objects: Array.new(rows * 2) { |i| [i, Object.new, {a: i}] }
}.freeze
ObjectSpace.dump_all(output: $stdout)
