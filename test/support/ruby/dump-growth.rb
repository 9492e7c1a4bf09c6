# Writes three heap dumps of one process, and its own count of what it kept between the first and the second and still
# has at the third:
#   ruby dump-growth.rb DIRECTORY traced|untraced [compact]
# writes a.json, b.json, c.json and kept.json: [{className, line, objects, memsize}].
require 'json'
require 'objspace'

directory, mode, compact = ARGV
ObjectSpace.trace_object_allocations_start if mode == 'traced'

class Row
  NAME_LINE = __LINE__ + 5
  TAGS_LINE = __LINE__ + 5
  attr_reader :name, :tags

  def initialize(number)
    @name = "row number #{number}"
    @tags = [number, @name]
  end
end

# Occupies the slots that the rows get later. In an untraced dump it must have other classes, because objects of one
# class in one slot cannot be told apart; but after a compaction, objects are recognized by their strings.
class Victim
  LABELLED = (ARGV & %w[traced compact]).any?

  def initialize(number)
    @pair = { number => self }
    @twin = Object.new
    @label = "victim number #{number}" if LABELLED
  end
end

class Basket
  @kept = []
  @later = []

  class << self
    attr_reader :kept, :later
  end
end

module Passing
  @victims = []
  @guests = []

  class << self
    attr_reader :victims, :guests
  end
end

def dump(path)
  GC.start
  File.open(path, 'w') { |file| ObjectSpace.dump_all(output: file) }
end

def garbage
  20_000.times { |number| Object.new.instance_variable_set(:@number, number.to_s) }
end

ROW_LINE = __LINE__ + 2
def keep(numbers)
  numbers.each { |number| Basket.kept << Row.new(number) }
end

def welcome(numbers)
  numbers.each { |number| Passing.guests << Row.new(number) }
end

def keep_later(numbers)
  numbers.each { |number| Basket.later << Row.new(number) }
end

# Runs every method and fills every inline cache before the first dump.
keep(0...500)
welcome(0...500)
keep_later(0...500)
6_000.times { |number| Passing.victims << Victim.new(number) }
garbage
dump("#{directory}/warm-up.json")
dump("#{directory}/a.json")

old = Basket.kept.size
Passing.victims.reject!.with_index { |_, index| index % 3 != 0 }
Passing.guests.shift(250)
garbage
GC.start
GC.compact if compact
# Spreads the rows over all free slots, so that many get slots that were used before.
passers_by = []
per_slice = GC.stat(:heap_free_slots) / 31
(1_000...4_000).each_slice(100) do |numbers|
  keep(numbers)
  per_slice.times { passers_by << Object.new }
end
passers_by.clear
welcome(1_000...3_000)
garbage
dump("#{directory}/b.json")

# Untraced, an object in the former slot of another one of its class passes for it, so new objects must not get such
# slots.
keep_later(5_000...6_500) if mode == 'untraced'
Passing.guests.clear
# Releases some of the kept rows again.
Basket.kept.slice!(old, 200)
GC.start
keep_later(5_000...6_500) if mode == 'traced'
garbage
dump("#{directory}/c.json")

counts = Hash.new { |rows, key| rows[key] = { objects: 0, memsize: 0 } }
count = lambda do |object, line|
  row = counts[[object.class.name, mode == 'traced' ? line : nil]]
  row[:objects] += 1
  row[:memsize] += ObjectSpace.memsize_of(object)
end
Basket.kept.drop(old).each do |row|
  count.call(row, ROW_LINE)
  count.call(row.name, Row::NAME_LINE)
  count.call(row.tags, Row::TAGS_LINE)
end
File.write("#{directory}/kept.json", JSON.generate(counts.map { |(name, line), amount| { className: name, line: line, **amount } }))
