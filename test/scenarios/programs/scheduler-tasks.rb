# Timeouts are tasks of a scheduler; cancelling one sets a flag, and the task stays in the list until a time that is
# years away.
#
# kind: leak
# owner: Scheduler
# == lib/scheduler.rb
# frozen_string_literal: true

class Scheduler
  Task = Struct.new(:at, :block, :cancelled)

  class << self
    attr_reader :tasks

    def start
      @tasks = []
      @lock = Mutex.new
      @wake = ConditionVariable.new
      @thread = Thread.new { @lock.synchronize { loop { @wake.wait(@lock) } } }
      @thread.name = 'scheduler'
    end

    def in(seconds, &block)
      task = Task.new(Time.now + seconds, block, false) # LEAK HERE
      @lock.synchronize { @tasks << task }
      task
    end
  end
end

Scheduler.start
# == lib/upstream_call.rb
# frozen_string_literal: true

class UpstreamCall
  def initialize(number)
    @number = number
    @response = Upstream.document(2_000, number)
    @headers = Array.new(10) { |n| "x-header-#{n}: #{number}" } # LEAK HERE
  end

  def run
    timeout = Scheduler.in(86_400 * 400) { abort_call } # LEAK HERE
    @response.size.to_s
  ensure
    timeout.cancelled = true
  end

  def abort_call
    @response = nil
  end
end

Shop.get('/proxy') { |request| UpstreamCall.new(request.params['n'].to_i).run } # LEAK HERE

# == traffic
app Shop
every_step do |step|
  90.times { |n| get "/proxy?n=#{step * 90 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
