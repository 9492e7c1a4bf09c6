# Puma preloads the app, and the workers are forked while its objects are young: their first GCs copy every page.
#
# rule: worker-copies
# measure: private
# remedy: FIXED=1
require 'puma'
require 'puma/cli'
require 'tmpdir'

config = File.join(Dir.tmpdir, "puma-#{Process.pid}.rb")
File.write(config, <<~RUBY)
  workers 2
  threads 1, 3
  preload_app!
  bind 'tcp://127.0.0.1:0'
  app do |_env|
    [200, {}, ['ok']]
  end
  before_fork do
    CATALOGUE = Array.new(900_000) { |number| [number, number + 1] }
    4.times { GC.start } if ENV['FIXED']
  end
  on_worker_boot do
    8.times { GC.start }
    Thread.new { sleep 1; ready(waits: false) }
  end
RUBY
GC.disable unless ENV['FIXED']
Puma::CLI.new(['-C', config]).run
