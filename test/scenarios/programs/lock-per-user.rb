# A mutex per user prevents concurrent payments; no mutex is ever removed.
#
# kind: leak
# owner: UserLocks
# == lib/user_locks.rb
# frozen_string_literal: true

require 'singleton'

class UserLocks
  include Singleton

  Entry = Struct.new(:mutex, :waiting, :last_used)

  def initialize
    @guard = Mutex.new
    @entries = {}
  end

  def synchronize(user)
    entry = @guard.synchronize { @entries[user] ||= Entry.new(Mutex.new, [], nil) } # LEAK HERE
    entry.mutex.synchronize do
      entry.last_used = Time.now # LEAK HERE
      yield
    end
  end
end

Shop.post('/pay') { |request| UserLocks.instance.synchronize(request.params['user']) { 'paid' } }

# == traffic
app Shop
every_step do |step|
  160.times { |n| post "/pay?user=#{step * 160 + n}", 'amount=1' }
  60.times { |n| get "/products?q=#{n}" }
end
