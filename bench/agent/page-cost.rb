# The cost of a fork on this machine: prints the microseconds that the first write to a page takes while a child shares
# it, and once the child is gone.
PAGE = 4096
PAGES = 25_000
memory = "\0" * (PAGE * PAGES)

def touch(memory, pages)
  started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  pages.each { |page| memory.setbyte(page * PAGE, 1) }
  (Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) / pages.size * 1e6
end

touch(memory, (0...PAGES))
child = fork { sleep }
shared = touch(memory, (0...PAGES / 2))
Process.kill(:KILL, child)
Process.wait(child)
puts format('%.1f %.1f', shared, touch(memory, (PAGES / 2...PAGES)))
