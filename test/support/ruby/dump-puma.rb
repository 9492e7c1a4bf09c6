# Serves a Rack app with Puma, sends it a few hundred requests, and dumps the heap of the process: ruby dump-puma.rb
# OUTPUT
require 'objspace'
ObjectSpace.trace_object_allocations_start
require 'net/http'
require 'rack'
require 'puma'
require 'puma/server'

class Catalogue
  SEEN = {}

  def call(env)
    request = Rack::Request.new(env)
    SEEN[request.params['item']] = { 'item' => request.params['item'], 'agent' => request.user_agent, 'at' => Time.now }
    [200, { 'Content-Type' => 'text/plain' }, ["#{SEEN.size} seen\n"]]
  end
end

options = { min_threads: 2, max_threads: 4 }
# Puma 6 moved logging out of Events.
events = Puma::Events.null if Puma::Events.respond_to?(:null)
options[:log_writer] = Puma::LogWriter.null unless events
server = Puma::Server.new(Rack::Lint.new(Catalogue.new), events, options)
port = server.add_tcp_listener('127.0.0.1', 0).addr[1]
server.run
300.times do |number|
  reply = Net::HTTP.get_response(URI("http://127.0.0.1:#{port}/?item=#{number}"))
  raise "#{reply.code} #{reply.body}" unless reply.code == '200'
end
File.open(ARGV.fetch(0), 'w') { |file| ObjectSpace.dump_all(output: file) }
server.stop(true)
