threads 2, 2
bind "tcp://127.0.0.1:#{ENV.fetch('PORT')}"
environment 'production'
require ENV.fetch('PROBE_RB')
Probe.start
