# Oj::StreamWriter.new (up to 3.14.2, https://github.com/ohler55/oj/pull/865) allocates its buffer, and raises for an option
# that it cannot use. The buffer is lost.
#
# needs: oj
# rule: native-memory
# names: oj
# dumps: 2
# grows: native
require 'oj'
require 'stringio'

def export(rows)
  writer = Oj::StreamWriter.new(StringIO.new, buffer_size: '64k')
  rows.each { |row| writer.push_value(row) }
rescue TypeError, ArgumentError
  rows.to_s
end

def exports(count)
  count.times { |number| export([{'id' => number}]) }
  GC.start
end

exports(ENV.fetch('EXPORTS', 30_000).to_i)
ready
exports(15_000)
ready
