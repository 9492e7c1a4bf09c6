# What it costs an app that its mappings are read: how long a thread waits that maps, touches and unmaps memory, while
# /proc/PID/smaps is read. In one run: nobody reads; the process itself does, as the agent; another process does, and
# another one at nice 19. Each with idle and with busy CPUs, because a reader that loses its CPU makes the app wait.
#   ruby bench/agent/smaps-cost.rb [MEGABYTES] [READS]
require 'etc'
require_relative '../../buildpack/agent/heapdump/own_mappings'

MEGABYTES = Integer(ARGV[0] || 640)
READS = Integer(ARGV[1] || 15)
PAUSE_SECONDS = 0.15
BLOCK_BYTES = 512 * 1024 # more than glibc's M_MMAP_THRESHOLD: one mapping each

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

def drained
  reader, writer = IO.pipe
  pid = Process.spawn('cat', in: reader, out: File::NULL)
  reader.close
  yield writer
ensure
  writer.close
  Process.wait(pid)
end

WAYS = {
  'nobody reads' => proc { nil },
  'the process itself' => proc { drained { |pipe| Heapdump::OwnMappings.tell(pipe) } },
  'another process' => proc { Process.wait(Process.spawn('cat', "/proc/#{Process.pid}/smaps", out: File::NULL)) },
  'another at nice 19' => proc { Process.wait(Process.spawn('nice', '-n', '19', 'cat', "/proc/#{Process.pid}/smaps", out: File::NULL)) }
}.freeze

# → milliseconds of each round of the thread, while `work` is done READS times
def waits(work)
  rounds = []
  over = false
  thread = Thread.new do
    until over
      started = now
      block = String.new(capacity: BLOCK_BYTES)
      block << ("\1" * 65_536)
      rounds << ((now - started) * 1000)
      block = nil
      GC.start(full_mark: false) if (rounds.size % 200).zero?
      sleep(0.0005)
    end
  end
  READS.times do
    sleep(PAUSE_SECONDS)
    work.call
  end
  over = true
  thread.join
  rounds.sort
end

HEAP = Array.new(MEGABYTES * 1950) { |i| {'id' => i.to_s, 'email' => "customer#{i}@example.com", 'note' => 'n' * 60} }
puts "The process has #{File.read('/proc/self/status')[/VmRSS:\s+(\d+)/, 1].to_i / 1000} MB in #{File.foreach('/proc/self/maps').count} mappings."
started = now
drained { |pipe| Heapdump::OwnMappings.tell(pipe) }
puts "Reading them takes #{((now - started) * 1000).round} ms."
puts 'ms'.ljust(34) + %w[p50 p99 worst rounds].map { |head| head.rjust(9) }.join
[0, Etc.nprocessors].each do |spinning|
  spinners = Array.new(spinning) { Process.spawn('ruby', '-e', 'loop {}') }
  WAYS.each do |name, work|
    rounds = waits(work)
    figures = [0.5, 0.99, 1].map { |share| rounds[[(rounds.size * share).floor, rounds.size - 1].min].round(2) }
    puts "#{name}#{spinning.zero? ? '' : ', busy CPUs'}".ljust(34) + (figures + [rounds.size]).map { |figure| figure.to_s.rjust(9) }.join
  end
ensure
  spinners.each { |pid| Process.kill(:KILL, pid) }
  spinners.each { |pid| Process.wait(pid) }
end
