# A Sidekiq-like queue with its test mode left on: jobs run immediately, and an array also keeps them with their
# arguments.
#
# kind: leak
# owner: FakeQueue
# == lib/fake_queue.rb
# frozen_string_literal: true

module FakeQueue
  @jobs = Hash.new { |hash, queue| hash[queue] = [] }

  class << self
    def push(queue, job)
      @jobs[queue] << job
      Object.const_get(job['class']).new.perform(*job['args'])
    end
  end
end

module Worker
  def self.included(worker)
    worker.extend(ClassMethods)
  end

  module ClassMethods
    def perform_async(*args)
      FakeQueue.push('default', {'class' => name, 'args' => JSON.parse(JSON.generate(args)), 'jid' => SecureRandom.hex(12), 'retry' => true, 'created_at' => Time.now.to_f}) # LEAK HERE
    end
  end
end
# == lib/thumbnail_worker.rb
# frozen_string_literal: true

class OrderWorker
  include Worker

  def perform(order)
    order.fetch('lines').sum { |line| line['price'] }
  end
end

Shop.post('/orders') do |request|
  OrderWorker.perform_async(JSON.parse(Upstream.document(1_500, request.params['n'].to_i)))
  'queued'
end

# == traffic
app Shop
every_step do |step|
  90.times { |n| post "/orders?n=#{step * 90 + n}", 'a=b' }
  60.times { |n| get "/products?q=#{n}" }
end
