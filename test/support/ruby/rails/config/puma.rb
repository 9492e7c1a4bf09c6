workers Integer(ENV.fetch('WEB_CONCURRENCY', 2))
threads 2, 2
bind "tcp://127.0.0.1:#{ENV.fetch('PORT')}"
environment 'production'
preload_app! !ENV['PRELOAD'].nil? # Puma's own default depends on the number of workers
silence_single_worker_warning if respond_to?(:silence_single_worker_warning)
worker_shutdown_timeout 5

if ENV['PROBE']
  require ENV['PROBE_RB']
  ENV['WEB_CONCURRENCY'] == '0' ? Probe.start : on_worker_boot { Probe.start }
end
