# Reports are built in one thread after the other. Each thread's arena keeps the peak of its report.
#
# rule: allocator-free
# remedy: MALLOC_ARENA_MAX=2
KEPT = Queue.new
REPORTS = 24

def build_report
  rows = Array.new(4000) { |number| (number % 10).to_s * (2000 + number) }
  rows.each_with_index { |row, number| KEPT << row if (number % 160).zero? }
  rows.clear
end

turns = Array.new(REPORTS) { Queue.new }
threads = turns.map do |turn|
  Thread.new do
    turn.pop
    build_report
    turn.pop
  end
end
sleep 0.1
turns.each do |turn|
  turn << :go
  sleep 0.01 while turn.num_waiting.zero? || !turn.empty?
  GC.start
end
ready
threads.size
