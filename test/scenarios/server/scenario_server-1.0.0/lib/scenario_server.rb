# frozen_string_literal: true

# The server around a scenario's program: boots the app, sends it traffic like a server with a thread pool, and finally
# dumps itself as the agent does, between two GCs. It is in a gem's directory, as Puma would be.
#
#   ruby scenario_server.rb ROOT traced|window|untraced FACTS > DUMP
require 'json'
require 'objspace'
require 'stringio'

# Taken before Rails is loaded, as the agent does: from 7.1 on, Rails discards its database connections in every fork that
# passes its hook, so a dump would show them as garbage.
module Heapdump
  class << self
    attr_accessor :plain_fork
  end
  self.plain_fork = Process.method(Process.respond_to?(:_fork) ? :_fork : :fork)
end

class ScenarioServer
  # How long it runs, when tracing starts, how many threads it has: each program has its own numbers.
  STEPS = Integer(ENV.fetch('SCENARIO_STEPS'))
  WINDOW_OPENS_AT = Integer(ENV.fetch('SCENARIO_WINDOW'))
  THREADS = Integer(ENV.fetch('SCENARIO_THREADS'))
  # Minutes per step in the history that the agent records; nil: it records none.
  MINUTES = ENV['SCENARIO_MINUTES']&.to_f
  # Visits to the healthy code of every program.
  VISITS = 60

  # A slow client that has only sent its headers: reading its body blocks.
  class SlowClient
    def initialize
      @asked = Queue.new
      @rest = Queue.new
    end

    def read(*)
      @asked << true
      @rest.pop
    end

    def wait_until_read
      @asked.pop
    end

    def gets; end
    def each; end
    def rewind; end
  end

  def initialize(root, tracing)
    @root = root
    @tracing = tracing
    @step = @traced_from = nil
    @before_dump = nil
    @history = nil
    @requests = 0
    @todo = Queue.new
  end

  def run
    ObjectSpace.trace_object_allocations_start if @tracing == 'traced'
    boot
    start_pool
    remember if MINUTES
    instance_eval(File.read(traffic_file), traffic_file, 1)
    STEPS.times do |number|
      # A real process runs many GCs, so objects get generations. It is dumped between two GCs.
      GC.start unless number.zero?
      @history&.look(seconds(number))
      run_step(number)
    end
    @before_dump&.call
  end

  # The agent's facts about the history; none if it was not recorded.
  def past
    return {} unless @history

    @history.facts(tracing: @traced_from, now: seconds(STEPS))
  end

  # The methods for traffic files.

  def app(rack_app)
    @app = rack_app
  end

  # Calls the block once per step, with the step's number.
  def every_step(&block)
    @step = block
  end

  # Runs last before the dump.
  def before_dump(&block)
    @before_dump = block
  end

  # Sends a request to one of the pool's threads; returns the body as a String.
  def get(path, headers = {})
    request('GET', path, StringIO.new, headers)
  end

  def post(path, body, headers = {})
    request('POST', path, StringIO.new(body), headers)
  end

  # A request in progress during the dump: the app waits for the rest of its body.
  def hanging_post(path)
    client = SlowClient.new
    env = environment('POST', path, client, {})
    @todo << [proc { answer(env) }, nil]
    client.wait_until_read
  end

  # Runs a background job in one of the pool's threads, and waits for its end.
  def perform(&block)
    done = Queue.new
    @todo << [block, done]
    result = done.pop
    raise result if result.is_a?(Exception)

    result
  end

  private

  # A process that has just started, with a clock in steps.
  def remember
    agent = File.join(@root, '.heapdump/agent/heapdump')
    require File.join(agent, 'history')
    require File.join(agent, 'process_entry')
    entry = Heapdump::ProcessEntry.new(Process.pid)
    entry.define_singleton_method(:uptime_seconds) { 0 }
    @history = Heapdump::History.new(entry, 0.0)
  end

  def seconds(step)
    step * MINUTES * 60.0
  end

  def boot
    sections = JSON.parse(File.read(File.join(@root, 'sections.json')))
    require File.join(@root, 'config/boot')
    Dir[File.join(@root, 'lib/{preview_cache,tax_rates}.rb')].sort.each { |file| require file }
    sections.each { |section| require File.join(@root, section) }
    finish = File.join(@root, 'config/started.rb')
    require finish if File.exist?(finish)
  end

  def traffic_file
    File.join(__dir__, 'traffic.rb')
  end

  def start_pool
    @pool = Array.new(THREADS) do |number|
      Thread.new { work }.tap { |thread| thread.name = format('puma srv tp %03d', number + 1) }
    end
  end

  def work
    loop do
      task, done = @todo.pop
      result = begin
        task.call
      rescue StandardError => error
        error
      end
      done << result if done
      task = done = result = nil
    end
  end

  def run_step(number)
    if @tracing == 'window' && number == WINDOW_OPENS_AT
      @traced_from = GC.count
      ObjectSpace.trace_object_allocations_start
    end
    visit_the_healthy(number)
    @step&.call(number)
  end

  def visit_the_healthy(number)
    VISITS.times do |n|
      visit = number * VISITS + n
      perform do
        PreviewCache::ALL.fetch("document-#{visit}") { Upstream.text(4_000 + visit % 1_000, visit) }
        TaxRates.of(visit)
        nil
      end
    end
  end

  def request(method, path, input, headers)
    perform { answer(environment(method, path, input, headers)) }
  end

  def answer(env)
    status, _headers, body = @app.call(env)
    text = +''
    body.each { |part| text << part }
    body.close if body.respond_to?(:close)
    raise "#{env['PATH_INFO']} answered #{status}: #{text[0, 2000]}" if status >= 500

    text
  end

  def environment(method, path, input, headers)
    @requests += 1
    path_info, query = path.split('?', 2)
    {
      'REQUEST_METHOD' => method, 'SCRIPT_NAME' => '', 'PATH_INFO' => path_info, 'QUERY_STRING' => query || '', 'SERVER_NAME' => 'example.com',
      'SERVER_PORT' => '443', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'HTTP_HOST' => 'example.com', 'HTTP_VERSION' => 'HTTP/1.1',
      'HTTP_USER_AGENT' => "Mozilla/5.0 (X11; Linux x86_64; rv:#{100 + @requests % 30}.0) Gecko/20100101 Firefox/#{100 + @requests % 30}.0",
      'HTTP_ACCEPT' => 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', 'HTTP_X_REQUEST_ID' => format('%08x-7d1f-4a52-9c3e-%012x', @requests * 7_919, @requests),
      'HTTP_COOKIE' => "_session=#{format('%040x', @requests * 104_729)}; theme=light", 'REMOTE_ADDR' => "10.1.#{@requests / 250 % 250}.#{@requests % 250}",
      'CONTENT_TYPE' => method == 'POST' ? 'application/x-www-form-urlencoded' : nil, 'CONTENT_LENGTH' => method == 'POST' ? (input.size.to_s if input.respond_to?(:size)) : nil,
      'rack.version' => [1, 6], 'rack.input' => input, 'rack.errors' => $stderr, 'rack.url_scheme' => 'https', 'rack.multithread' => true,
      'rack.multiprocess' => true, 'rack.run_once' => false, 'rack.after_reply' => []
    }.compact.merge(headers)
  end
end

root, tracing, facts = ARGV
output = $stdout.dup
$stdout.reopen($stderr)
server = ScenarioServer.new(root, tracing)
server.run

# Dumps like the agent: from its own thread, with recorded stacks, in a fork.
agent = File.join(root, '.heapdump/agent/heapdump')
require File.join(agent, 'thread_stack')
require File.join(agent, 'dump_child')
require File.join(agent, 'process_entry')
dumping = Thread.new do
  rss = Heapdump::ProcessEntry.new(Process.pid).rss_bytes
  File.write(facts, JSON.generate(rss: rss, traced: {'traced' => 'boot', 'window' => 300}[tracing] || 0, ruby: RUBY_VERSION, process: 'puma worker 0', gc: GC.stat, **server.past))
  Heapdump::ThreadStack.save
  child = Heapdump::DumpChild.new(output)
  child.failure
end
dumping.name = 'heapdump dump'
failure = dumping.value
abort failure if failure
exit!(0)
