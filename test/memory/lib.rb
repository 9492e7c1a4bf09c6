# Loaded before each program.

# Says that the process is ready to be dumped, and waits until it was.
def ready(waits: true)
  $stdout.write "ready #{Process.pid}\n"
  $stdout.flush
  exit!(0) if waits && $stdin.gets.nil?
end
