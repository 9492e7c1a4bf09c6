# Plants secrets in a heap, in strings of every form, dumps it as the agent does, and searches for them in what leaves
# the dyno. Each secret is a unique word: Zqx, a number, k.
require 'objspace'
require 'tempfile'

# In sentences, in statements, and in strings that only begin like one; `%s` is the secret.
PATTERNS = {
  'alone' => '%s',
  'quoted' => '"%s"',
  'in a pair' => 'password=%s',
  'JSON' => '{"token":"%s","value":"%s"}',
  'a URL' => 'https://u:%s@h/p?t=%s',
  'prose: Update from' => 'Update from "%s": the invoice is late',
  'prose: With love' => 'With love from "%s"',
  'prose: Select a room' => 'Select a room from "%s"',
  'prose: to' => 'UPDATE my password from "%s" to "%s"',
  'prose: set as' => 'with password set as "%s"',
  'prose: vault' => 'Select "%s" = password from vault',
  'prose: bare' => 'Select the best of them from the vault: %s',
  'prose: into' => "WITH %s INTO the `%s`\nfor %s",
  'name of a table' => 'SELECT * FROM "%s"',
  'name of a column' => 'SELECT "%s"."%s" FROM t',
  'backticks' => 'SELECT `%s` FROM `%s` WHERE `%s` = 1',
  'alias' => 'SELECT a AS "%s" FROM t AS "%s" JOIN "%s" ON TRUE',
  'order' => 'SELECT a FROM t ORDER BY "%s", "%s".a',
  'set' => 'UPDATE "%s" SET "%s" = 1',
  'columns' => 'INSERT INTO "t" ("%s", "%s") VALUES (1, 2)',
  'conflict' => 'INSERT INTO t (a) VALUES (1) ON CONFLICT ("%s") DO NOTHING',
  'bare' => 'SELECT %s FROM %s WHERE %s = :%s',
  'cast' => 'SELECT a::%s FROM t',
  'function' => 'SELECT %s("%s") FROM t',
  'literal' => "SELECT * FROM t WHERE a = '%s'",
  'doubled quote' => "SELECT 'it''s %s' FROM t",
  'backslash' => "SELECT 'it\\'s %s', 'x' FROM t",
  'prefixed' => "SELECT E'%s', N'%s', X'%s', U&'%s', B'%s' FROM t",
  'dollars' => 'SELECT $$%s$$, $q$it\'s %s$q$, $%s$x$%s$ FROM t',
  'list' => "SELECT * FROM t WHERE a IN ('%s', '%s', 1)",
  'JSON operators' => %q(SELECT a->'%s'->>"%s" FROM t WHERE b @> '{"a":"%s"}'),
  'MySQL where' => 'SELECT * FROM users WHERE "%s" = password',
  'MySQL value' => 'SELECT id FROM users WHERE token = "%s"',
  'MySQL like' => 'SELECT * FROM logins WHERE "%s" LIKE name',
  'MySQL concatenation' => 'INSERT INTO audit (msg) SELECT "%s" || name FROM u',
  'MySQL trim' => 'SELECT TRIM(LEADING "x" FROM "%s") FROM t',
  'MySQL on duplicate' => 'INSERT INTO t (a) VALUES ("%s") ON DUPLICATE KEY UPDATE a = "%s"',
  'MySQL comment' => "SELECT 1 # it's %s\n, 'x' FROM t",
  'SQL Server' => 'SELECT [%s] FROM [dbo].[%s]',
  'returning' => 'WITH d AS (DELETE FROM a RETURNING id) INSERT INTO b (pw) VALUES ("%s")',
  'returning more' => 'DELETE FROM a RETURNING "%s", "%s" || x',
  'comment' => 'SELECT /* %s */ 1 FROM t -- %s',
  'nested comment' => "SELECT /* /* a */ it's */ '%s FROM \"%s\"' FROM t",
  'hint' => '/*+ %s */ SELECT 1 FROM t',
  'search path' => '"%s", public-SELECT * FROM "a"',
  'open quote' => "SELECT '%s FROM t",
  'open name' => 'SELECT "%s FROM t',
  'cut' => 'SELECT a FROM "%s',
  'two statements' => %q(SELECT 1 FROM t; INSERT INTO u VALUES ("%s"); %s),
  'subquery' => 'SELECT * FROM (SELECT "%s" FROM "%s") AS "%s"',
  'window' => 'SELECT rank() OVER (PARTITION BY "%s" ORDER BY "%s") FROM t',
  'keywords' => 'SELECT FROM WHERE AND OR NOT %s IN ("%s")',
  'line breaks' => "SELECT *\n  FROM \"%s\"\r\n WHERE\t\"%s\" = '%s'",
  'control characters' => "SELECT \e]52;c;%s\a \u0000 FROM \"%s\"",
  'escapes' => "%s\\\"\\\\%s\\",
  'looks like a dump' => '"value":"%s", "value":"',
  'many' => ('a' * 65_000) + ' %s',
  'a long statement' => "SELECT * FROM t WHERE #{'a = 1 AND ' * 5_000} b = \"%s\"",
  'longer than is held' => "#{'x' * 200_000}%s#{'y"' * 40_000}%s",
  'longer than a statement may be' => "SELECT \"%s\" FROM t WHERE #{'"a" = \'b\' OR ' * 6_000}c"
}.freeze
# The forms in which each string is planted.
FORMS = {
  'UTF-8' => :itself,
  'ASCII' => ->(text) { text.encode(Encoding::US_ASCII) },
  'binary' => :b,
  'frozen' => ->(text) { (+text).freeze },
  'symbol' => :to_sym,
  'UTF-16' => ->(text) { text.encode(Encoding::UTF_16LE) },
  'UTF-32' => ->(text) { text.encode(Encoding::UTF_32BE) },
  'Shift_JIS' => ->(text) { text.encode(Encoding::Shift_JIS) },
  'beyond ASCII' => ->(text) { "#{text} caf\u00e9 \u6f22" },
  'Latin 1' => ->(text) { "#{text} \u00e9".encode(Encoding::ISO_8859_1) },
  'broken UTF-8' => ->(text) { "#{text} \xC3" },
  'upper case' => :upcase,
  'lines' => ->(text) { text.tr(' ', "\n") },
  'tabs' => ->(text) { text.tr(' ', "\t") },
  'parentheses' => ->(text) { "(#{text})" },
  'after the search path' => ->(text) { %("$user", public-#{text}) },
  'a sentence' => ->(text) { "Dear all, #{text}" },
  'shared' => ->(text) { ("-" * 40 + text)[40..-1] }
}.freeze

LONG = 10_000 # bytes; longer strings are planted once, unchanged

number = 0
HELD = PATTERNS.each_value.flat_map do |pattern|
  (pattern.size > LONG ? [:itself] : FORMS.values).map do |form|
    form.to_proc.call(pattern.gsub('%s') { format('Zqx%06dk', number += 1) })
  end
end
NESTED = HELD.each_slice(7).map { |values| {values.first => Struct.new(:a).new(values)} }

dump = Tempfile.create('heap') do |file|
  ObjectSpace.dump_all(output: file)
  File.binread(file.path)
end
random = Random.new(13)
left = [262_144, 20_000].map do |longest|
  redactor = Heapdump::Redactor.new
  output = ''.b
  at = 0
  while at < dump.bytesize
    size = random.rand(longest) + 1
    output << redactor.add(dump.byteslice(at, size))
    at += size
  end
  output << redactor.finish
end
# Half a secret would be a leak too.
found = ->(text) { text.scan(/zqx\d*/i).uniq.size }
lines = dump.count("\n")
answer('planted' => number, 'strings' => HELD.size, 'legible' => found.call(dump), 'left' => left.map(&found),
       'complete' => NESTED.any? && left.map { |text| text.count("\n") == lines })
