# A binding by Fiddle allocates buffers that nobody frees.
#
# rule: native-memory
# dumps: 2
# grows: native
require 'fiddle'

MALLOC = Fiddle::Function.new(Fiddle.dlopen(nil)['malloc'], [Fiddle::TYPE_SIZE_T], Fiddle::TYPE_VOIDP)
MEMSET = Fiddle::Function.new(Fiddle.dlopen(nil)['memset'], [Fiddle::TYPE_VOIDP, Fiddle::TYPE_INT, Fiddle::TYPE_SIZE_T], Fiddle::TYPE_VOIDP)

def decode(bytes)
  MEMSET.call(MALLOC.call(bytes), 7, bytes)
  bytes.to_s
end

24_000.times { decode(5000) }
ready
12_000.times { decode(5000) }
ready
