# Forks under stress: threads allocate and free without pause, in Ruby and in malloc, while the agent's dump child is
# forked again and again, dumps, and is asked about its memory. Counts what came back.
#   ruby bench/agent/fork-stress.rb [FORKS] [THREADS]
#   LD_PRELOAD=libjemalloc.so.2 ruby bench/agent/fork-stress.rb
require 'json'
AGENT = File.expand_path('../../buildpack/agent', __dir__)
module Heapdump
  def self.plain_fork
    Process.method(Process.respond_to?(:_fork) ? :_fork : :fork)
  end
end
%w[heapdump/own_mappings heapdump/dump_child heapdump/clock uploader/memory_record].each { |file| require File.join(AGENT, file) }

FORKS = Integer(ARGV[0] || 300)
THREADS = Integer(ARGV[1] || 6)
HANG_SECONDS = 60
ALLOCATING = Array.new(THREADS) do |number|
  Thread.new do
    kept = []
    loop do
      size = 16 << (rand(13) + (number.even? ? 0 : 3)) # up to half a megabyte: arenas and mappings of their own
      kept << ('x' * size)
      kept = kept.last(20) if kept.size > 40
      Thread.pass
    end
  end
end

def pipe
  IO.pipe.each { |io| Heapdump::Descriptors.own(io.binmode) }
end

# → what came back
def fork_once
  dump, output = pipe
  parts, memory = pipe
  memory.fcntl(1031, 1 << 20)
  record = Heapdump::MemoryRecord.new(parts)
  lines = Thread.new { dump.each_line.with_object([0, nil]) { |line, seen| seen[0] += 1; seen[1] = line } }
  Heapdump::OwnMappings.tell(memory)
  child = Heapdump::DumpChild.new(output, memory: memory)
  return 'dump hung' unless IO.select([child.ending], nil, nil, HANG_SECONDS)

  failure = child.failure
  return "dump failed: #{failure}" if failure

  count, last = lines.value
  return 'dump cut short' unless count > 1000 && last.end_with?("}\n")

  document = record.finish
  errors = [document['maps'], document['allocator'], document['vm']].map { |part| part['error'] }.compact
  return "dump complete, #{errors.join('; ')}" if errors.any?

  'dump and record complete'
ensure
  child&.kill
  lines&.kill
  [dump, output, parts, memory].compact.each { |io| Heapdump::Descriptors.close(io) }
end

started = Heapdump::Clock.now
counts = Array.new(FORKS) { fork_once }.tally
left = Dir.children("/proc/#{Process.pid}/task").flat_map { |task| File.read("/proc/#{Process.pid}/task/#{task}/children").split }
allocator = File.read('/proc/self/maps')[/libjemalloc/] ? 'jemalloc' : 'glibc'
puts "#{FORKS} forks with #{THREADS} allocating threads, Ruby #{RUBY_VERSION}, #{allocator}: #{(Heapdump::Clock.now - started).round} s"
counts.sort_by { |_, count| -count }.each { |what, count| puts "#{count.to_s.rjust(6)} #{what}" }
puts "#{left.size.to_s.rjust(6)} processes left"
