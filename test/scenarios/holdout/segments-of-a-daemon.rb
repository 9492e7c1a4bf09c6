# A daemon's loop runs inside one transaction of the monitoring agent, which keeps a segment for each query until the
# transaction ends (newrelic/newrelic-ruby-agent#2418).
# kind: leak
# owner: Telemetry::Transaction
# owner: Telemetry::Tracer
# owner: NotifierDaemon
# owner: Thread "notifier"
# == vendor/bundle/ruby/3.1.0/gems/telemetry_rpm-9.6.0/lib/telemetry_rpm.rb
# frozen_string_literal: true

module Telemetry
  class Segment
    attr_reader :children

    def initialize(name, parent, params)
      @name = name
      @parent = parent
      @guid = SecureRandom.hex(8)
      @params = params
      @range = [Process.clock_gettime(Process::CLOCK_REALTIME)]
      @children = []
      parent&.children&.push(@range)
    end

    def finish
      @range << Process.clock_gettime(Process::CLOCK_REALTIME)
    end
  end

  class Transaction
    def initialize(name)
      @segments = [Segment.new(name, nil, {})]
    end

    def segment(name, params)
      segment = Segment.new(name, @segments.first, params)
      @segments << segment
      yield
    ensure
      segment.finish
    end
  end

  module Tracer
    def self.in_transaction(name)
      Thread.current[:telemetry_transaction] = Transaction.new(name)
      yield
    ensure
      Thread.current[:telemetry_transaction] = nil
    end

    def self.segment(name, params, &block)
      Thread.current[:telemetry_transaction].segment(name, params, &block)
    end
  end
end

# == lib/notifier_daemon.rb
# frozen_string_literal: true

class NotifierDaemon
  WORK = Queue.new
  DONE = Queue.new

  def run
    Telemetry::Tracer.in_transaction('notifier') do
      while (ids = WORK.pop)
        ids.each { |id| query("SELECT * FROM jobs WHERE id = #{id} /* #{Upstream.text(120, id)} */") } # LEAK HERE
        DONE << true
      end
    end
  end

  def query(sql)
    Telemetry::Tracer.segment('postgres', statement: sql, host: 'db') { sql.size } # LEAK HERE
  end
end

# == traffic
app Shop
Thread.new { NotifierDaemon.new.run }.name = 'notifier'
every_step do |step|
  NotifierDaemon::WORK << Array.new(180) { |n| step * 180 + n }
  NotifierDaemon::DONE.pop
  60.times { |n| get "/products?q=#{n}" }
end
