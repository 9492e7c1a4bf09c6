# encoding: BINARY
# Redacts one dump, cut into blocks in many ways, and compares each value with its expected hash.
PLAIN = ['hunter2', 'a"hunter2\\', '\\', "caf\xC3\xA9 \n".dup.force_encoding('UTF-8'), '"value":"hunter2', '',
         'x' * 300_000, "#{'x' * 300_000}\\", "#{'hunter2"' * 40_000}\n"].freeze
values = PLAIN.map { |text| JSON.generate(text.dup.force_encoding('UTF-8'), ascii_only: true)[1..-2].b }
# `file` has raw text, as Ruby writes it.
line = ->(value, at) { %({"address":"0x#{at}", "type":"STRING", "value":"#{value}", "file":"/app/a \\ "odd.rb", "line":#{at}}\n).b }
dump = values.each_with_index.map(&line).join
expected = values.map { |value| "«#{Digest::SHA256.hexdigest("salt#{value}")[0, 16]}»" }.each_with_index.map(&line).join

redact = lambda do |pieces|
  redactor = Heapdump::Redactor.new('salt')
  pieces.map { |piece| redactor.add(piece.dup) }.join + redactor.finish
end
random = Random.new(7)
outputs = [redact.call([dump])]
20.times do
  rest = dump.dup
  pieces = []
  pieces << rest.slice!(0, random.rand(80_000) + 1) until rest.empty?
  outputs << redact.call(pieces)
end
# Short lines, and a long one, cut at each byte near the end.
short = values.first(6).each_with_index.map(&line).join
long = line.call(values[7], 7)
short_outputs = (0..short.bytesize).map { |cut| redact.call([short.byteslice(0, cut), short.byteslice(cut, short.bytesize)]) }
long_outputs = (long.bytesize - 80..long.bytesize).map { |cut| redact.call([long.byteslice(0, 200_000), long.byteslice(200_000, cut - 200_000), long.byteslice(cut, 100)]) }
answer('wrong' => outputs.count { |output| output != expected }, 'short' => short_outputs.uniq.size, 'long' => long_outputs.uniq.size,
       'readable' => (outputs + short_outputs + long_outputs).join.scan(/hunter|caf|xx/).uniq)
