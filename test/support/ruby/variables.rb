# Instance variables in every place where Ruby stores them, and other objects that newer versions print differently. Dumps
# the heap to stdout, and prints to stderr, as JSON, what it kept: {name: {address:, holder:, owner:}}.
require 'json'
require 'objspace'

ObjectSpace.trace_object_allocations_start

def address(object)
  JSON.parse(ObjectSpace.dump(object)).fetch('address')
end

class Payload
  def initialize
    @text = 'payload ' * 500
  end
end

class Settings # rubocop:disable Lint/EmptyClass -- gets its variables below
end

class Wide
  def initialize(count, last)
    (count - 1).times { |at| instance_variable_set("@field#{at}", at.to_s * 30) }
    @last = last
  end
end

class Narrow
  def initialize(last)
    @first = 'first ' * 30
    @last = last
  end
end

module Kept
  WIDE = Wide.new(40, Payload.new)
  NARROW = Narrow.new(Payload.new)
  TEXT = +'a string with instance variables'
  LIST = [+'element']
  TABLE = { 'key' => +'value' }
  RECORD = Struct.new(:name, :price).new(+'name', +'price')
  GROUP = Set.new([+'member'])
  SHAREABLE = defined?(Ractor) && Ractor.make_shareable([+'shared'])
  SIZES = [1, 10, 30, 60, 120, 250, 500, 1000].map { |length| 'y' * length }
end

def keep_in(object, owner)
  object.instance_variable_set(:@first, 'first ' * 30)
  object.instance_variable_set(:@payload, Payload.new)
  { address: address(object.instance_variable_get(:@payload)), holder: address(object), owner: address(owner) }
end

# Too many to be stored in the class itself.
10.times { |at| Settings.instance_variable_set("@option#{at}", at.to_s * 30) }

kept = {
  class: keep_in(Settings, Settings), group: keep_in(Kept::GROUP, Kept), list: keep_in(Kept::LIST, Kept),
  narrow: { address: address(Kept::NARROW.instance_variable_get(:@last)), holder: address(Kept::NARROW), owner: address(Kept) },
  record: keep_in(Kept::RECORD, Kept), table: keep_in(Kept::TABLE, Kept), text: keep_in(Kept::TEXT, Kept),
  wide: { address: address(Kept::WIDE.instance_variable_get(:@last)), holder: address(Kept::WIDE), owner: address(Kept) }
}
# Overwrites leftover references to these objects on the stack.
def deep(levels)
  levels.zero? ? nil : deep(levels - 1)
end
deep(500)
GC.start
warn JSON.generate(kept)
ObjectSpace.dump_all(output: $stdout)
