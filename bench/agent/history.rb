# frozen_string_literal: true

# What the history of a process costs: CPU time and bytes of a simulated day in a process with that many MB of objects,
# and what the leader pays to send 40 histories.
#   ruby bench/agent/history.rb [MB]
require 'json'
require 'tmpdir'
require_relative '../../buildpack/agent/heapdump/history'
require_relative '../../buildpack/agent/heapdump/histories'
require_relative '../../buildpack/agent/heapdump/process_entry'

MEGABYTES = Integer(ARGV.fetch(0, '500'))
MINUTES = 1440
TICK_SECONDS = 0.5 # of the agent

def cpu
  Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
end

def spent
  before = cpu
  yield
  cpu - before
end

KEPT = Array.new(MEGABYTES) { Array.new(5000) { |index| "row #{index} " * 15 } }
Rendezvous = Struct.new(:directory) do
  def history_path(pid)
    File.join(directory, "#{pid}.history")
  end
end

Dir.mktmpdir do |directory|
  rendezvous = Rendezvous.new(directory)
  path = rendezvous.history_path(1)
  GC.start
  entry = Heapdump::ProcessEntry.new(Process.pid)
  history = Heapdump::History.new(entry, 0.0, path: path)
  history.look(1.0)
  ticks = 100_000
  tick = spent { ticks.times { history.look(1.0) } } / ticks
  longest = largest = 0
  day = spent do
    (1..MINUTES).each do |minute|
      took = spent { history.look(minute * 60.0) }
      longest = [longest, took].max
      largest = [largest, File.size(path)].max
    end
  end
  pss = spent { 10.times { entry.pss_bytes } } / 10
  (2..40).each { |pid| File.write(rendezvous.history_path(pid), File.read(path)) }
  parts = nil
  reading = spent { parts = Heapdump::Histories.new(rendezvous).call((1..40).to_a) }
  all = day + (tick * MINUTES * 60 / TICK_SECONDS)
  puts "process #{entry.rss_bytes / 1_000_000} MB, Ruby #{RUBY_VERSION}"
  puts format('a tick           %8.2f µs CPU, two a second', tick * 1e6)
  puts format('a point          %8.0f µs CPU on average, %.1f ms at most; PSS alone %.1f ms', day / MINUTES * 1e6, longest * 1e3, pss * 1e3)
  puts format('a day            %8.3f s CPU: %.5f %% of one core', all, all / 86_400 * 100)
  puts format('the file         %8d bytes at most (limit 65,536)', largest)
  puts format('40 histories     %8.1f ms CPU in the leader, %d NOTIFYs of %d bytes at most', reading * 1e3, parts.size,
              parts.map { |part| JSON.generate(part).bytesize }.max)
  abort 'the file is too large' if largest > 65_536
end
