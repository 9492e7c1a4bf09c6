# Dumps its own heap, with one of everything that has broken a reader:
#   ruby dump-zoo.rb OUTPUT traced|untraced|since|full|endless
require 'objspace'
require 'set'

output, mode = ARGV
ObjectSpace.trace_object_allocations_start if mode != 'untraced'

Pair = Struct.new(:left, :right)

module Zoo
  class Animal
    attr_reader :name

    def initialize(name)
      @name = name
      @kin = []
    end
  end

  class << self
    attr_accessor :kept, :anonymous, :singletons
  end
end

Zoo.kept = []
200.times { |number| Zoo.kept << Zoo::Animal.new("animal #{number % 50}") << Pair.new('left', number) }
Zoo.kept << { 'a' => 1.5, b: 2 ** 100 } << Set.new([1, 2]) << Rational(1, 3) << Complex(1, 2) << /zoo+/.match('a zoo') << 'ä'.dup
Zoo.kept << ('x' * 70_000) << (0..70_000).map(&:to_s) << "tab\tquote\"slash\\nul\0" << "tab\tquote\"slash\\nul\0" << "\u007f" * 3
Zoo.kept << File.open(IO::NULL) << IO.pipe << Thread.new { Thread.stop } << Fiber.new { 1 } << proc { mode } << Class.new
# A closed file has the descriptor -1.
Zoo.kept << File.open(IO::NULL).tap(&:close)
shared = 'shared ' * 100
Zoo.kept << shared << shared[7..] << shared.dup << shared[1..]
Zoo.anonymous = Array.new(3) { Class.new(Zoo::Animal) }.map { |kind| kind.new('nameless') }
Zoo.singletons = Array.new(3) { Zoo::Animal.new('single').tap { |animal| animal.define_singleton_method(:alone) { true } } }
Zoo.singletons << Zoo.anonymous.first.dup.tap { |animal| animal.define_singleton_method(:alone) { true } }

# Every Ruby prints paths unescaped.
paths = ['(eval "quoted" \\ path)', "line 1\nline 2.erb", "/app/views/\xFF\xFE.erb", 'ends with a backslash\\', '", "line":7, "generation":1',
         "carriage\rreturn", '}', '{"address":"0x1", "type":"STRING"', "three\n\nlines", "/app/\u00e4\u{1f418}.rb"]
Zoo.kept << paths.map { |path| eval('Array.new(2) { "from " + "an eval" }', binding, path, 7) }

GC.start
since = GC.count
Zoo.kept << Array.new(100) { |number| "since #{number}" }
File.open(output, 'w') do |file|
  case mode
  when 'since' then ObjectSpace.dump_all(output: file, since: since)
  when 'full' then ObjectSpace.dump_all(output: file, full: true)
  when 'endless'
    Zoo.kept << eval('"from a path that is too long"', binding, "/app/#{'a' * 4096}.rb", 1)
    # Writes up to this object, and raises.
    begin
      ObjectSpace.dump_all(output: file)
    rescue IOError => e
      raise unless e.message.include?('full buffer')
    end
  else ObjectSpace.dump_all(output: file)
  end
end
