# A logger keeps its lines in memory for a debug page; the code that drops the oldest has < instead of >.
#
# kind: leak
# owner: MemoryLog
# == lib/memory_log.rb
# frozen_string_literal: true

class MemoryLog
  LIMIT = 1_000

  class << self
    def instance
      @instance ||= new
    end
  end

  def initialize
    @lines = []
    @lock = Mutex.new
  end

  def write(line)
    @lock.synchronize do
      @lines << "#{Time.now.utc.iso8601(6)} #{line}" # LEAK HERE
      @lines.shift if @lines.size < LIMIT && @lines.size > LIMIT
    end
  end

  def close; end
end

class RequestLog
  LOG = Logger.new(MemoryLog.instance)

  def initialize(app)
    @app = app
  end

  def call(env)
    LOG.info("#{env['REQUEST_METHOD']} #{env['PATH_INFO']}?#{env['QUERY_STRING']} from #{env['REMOTE_ADDR']} #{env['HTTP_USER_AGENT']}")
    @app.call(env).tap { |status, *| LOG.info("answered #{status} in #{rand(90)} ms, request #{env['HTTP_X_REQUEST_ID']}") }
  end
end

# == traffic
app RequestLog.new(Shop)
every_step do |step|
  350.times { |n| get "/products?q=#{n % 100}&page=#{step}" }
end
