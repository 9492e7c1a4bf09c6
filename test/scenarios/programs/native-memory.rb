# A C library keeps a hundred megabytes that Ruby does not know about; only the process size shows them.
# rule: outside-heap
# kind: bloat
# owner: native memory
# owner: process
# owner: RSS
# trace: boot
# == lib/image_library.rb
# frozen_string_literal: true

require 'fiddle'

# Like an extension: memory from malloc, used but never freed.
class ImageLibrary
  MALLOC = Fiddle::Function.new(Fiddle.dlopen(nil)['malloc'], [Fiddle::TYPE_SIZE_T], Fiddle::TYPE_VOIDP)
  MEMSET = Fiddle::Function.new(Fiddle.dlopen(nil)['memset'], [Fiddle::TYPE_VOIDP, Fiddle::TYPE_INT, Fiddle::TYPE_SIZE_T], Fiddle::TYPE_VOIDP)

  def decode(bytes)
    MEMSET.call(MALLOC.call(bytes), 7, bytes)
    bytes.to_s
  end
end

Shop.get('/thumbnail') { |_request| ImageLibrary.new.decode(250_000) }

# == traffic
app Shop
every_step do |step|
  25.times { |n| get "/thumbnail?n=#{n}" }
  60.times { |n| get "/products?q=#{n + step}" }
end
