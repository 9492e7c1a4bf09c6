workers Integer(ENV.fetch('WEB_CONCURRENCY', 2))
threads 2, 2
bind "tcp://127.0.0.1:#{ENV.fetch('PORT')}"
environment 'production'
preload_app! !ENV['PRELOAD'].nil? # Puma's own default depends on the number of workers
silence_single_worker_warning if respond_to?(:silence_single_worker_warning)
fork_worker if ENV['FORK_WORKER'] # workers are forked from worker 0; Puma 5
worker_shutdown_timeout 5
# Ruby 3.3 starts a thread to look up a peer, which fails at the process limit: requests would fail even without a dump.
set_remote_address '127.0.0.1'
