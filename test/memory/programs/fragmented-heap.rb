# An import creates three million objects at once, and one in 300 stays: each page of the heap keeps one or two.
#
# rule: fragmented-heap
# remedy: FIXED=1
Row = Struct.new(:sku, :price)
KEPT = []

def import
  rows = Array.new(3_000_000) { |number| Row.new(number, number / 2.0) }
  rows.each_slice(300) { |slice| KEPT << slice.first }
end

import
GC.start
if ENV['FIXED']
  GC.compact
  3.times { GC.start }
end
ready
