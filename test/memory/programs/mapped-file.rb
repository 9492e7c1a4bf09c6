# An index file of 200 MB is mapped and read.
#
# rule: mapped-files
require 'fiddle'
require 'tempfile'

PAGE = 4096
SIZE = 200 << 20
index = Tempfile.new('index')
(SIZE >> 20).times { index.write("\x01".b * (1 << 20)) }
index.flush
map = Fiddle::Function.new(Fiddle.dlopen(nil)['mmap'],
                           [Fiddle::TYPE_VOIDP, Fiddle::TYPE_SIZE_T, Fiddle::TYPE_INT, Fiddle::TYPE_INT, Fiddle::TYPE_INT, Fiddle::TYPE_LONG],
                           Fiddle::TYPE_VOIDP)
address = map.call(nil, SIZE, 1, 1, index.fileno, 0)
(0...SIZE).step(PAGE) { |offset| address[offset, 1] }
ready
