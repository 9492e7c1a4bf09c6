# Writes a traced heap dump of about that many megabytes: ruby make-dump.rb OUTPUT MEGABYTES
#
# The heap looks like that of a Rails app that has served for a while: records with an attributes hash, relations, SQL
# strings, parsed parameters, nested settings, and the code itself, allocated by 400 files of 30 gems and the app, over
# 40 GCs. Memory is about 1.1 times the size of the dump, most of it the tracer's.
require 'objspace'

output = ARGV.fetch(0)
megabytes = Integer(ARGV.fetch(1))

# Measured bytes of a dump: Ruby itself with what this script requires, the code of one file, one round of one file.
BASE_BYTES = 4_700_000
FILE_BYTES = 18_500
ROUND_BYTES = 14_480
FILES = [megabytes * 2, 400].min
GEMS = %w[activerecord actionpack activesupport activemodel i18n rack sidekiq redis pg devise nokogiri mime-types tzinfo faraday].freeze

class Record
  def initialize(id, attributes, owner)
    @id = id
    @attributes = attributes
    @association_cache = {}
    @owner = owner
    @new_record = false
  end
end

class Relation
  def initialize(records, sql)
    @records = records
    @sql = sql
    @loaded = true
  end
end

Column = Struct.new(:name, :value, :type)

BODIES = [
  'Record.new(n, {"id" => n, "name" => "customer number #{n}", "email" => "person#{n}@example.com", "state" => "active".dup}, owner)',
  'Relation.new([Object.new, "row #{n}", owner], "SELECT \"issues\".* FROM \"issues\" WHERE \"issues\".\"repo_id\" = #{n} LIMIT 20")',
  '{amount: n * 1.5e10, currency: "EUR".dup, lines: ["line #{n}", "line #{n + 1}"], note: nil}',
  'Column.new("column_#{n % 97}", [n, n.to_s, owner], "character varying(255)".dup)',
  '["x" * (n % 400), "/app/views/items/_item_#{n}.html.erb", {n => owner}]',
  'lambda { |x| [x, n, owner] }',
  '[Time.at(n), "ä#{n}", "#{n}".to_sym.to_proc, (n + 2**70)]',
  '"{\"event\":\"viewed\",\"item\":#{n},\"referrer\":\"https://shop.example.com/items/#{n - 1}\",\"agent\":\"Mozilla/5.0\"}"',
].freeze

def path_of(number)
  return "/app/app/models/concern_#{number}.rb" if (number % 5).zero?

  gem = GEMS[number % GEMS.size]
  "/app/vendor/bundle/ruby/3.1.0/gems/#{gem}-7.0.#{number % 9}/lib/#{gem.tr('-', '_')}/part_#{number / 10}/file_#{number}.rb"
end

ObjectSpace.trace_object_allocations_start
makers = Array.new(FILES) do |number|
  lines = BODIES.rotate(number).each_with_index.map { |body, at| "def make_#{at}(n, owner) = #{body}" }
  Object.new.tap { |maker| maker.instance_eval(lines.join("\n"), path_of(number), 10 + number % 200) }
end

rounds = [((megabytes * 1_000_000) - BASE_BYTES - (FILES * FILE_BYTES)) / (FILES * ROUND_BYTES), 1].max
KEPT = {}
GC.disable
rounds.times do |round|
  # A minor GC is enough for a new generation; full ones would mark gigabytes again and again.
  GC.enable && GC.start(full_mark: false, immediate_sweep: true) && GC.disable if (round % [rounds / 40, 1].max).zero?
  KEPT["round #{round}"] = makers.each_with_index.map do |maker, number|
    owner = nil
    Array.new(BODIES.size) { |at| owner = maker.public_send(:"make_#{at}", (round * FILES) + number, owner) }
  end
end

File.open(output, 'w') { |file| ObjectSpace.dump_all(output: file) }
