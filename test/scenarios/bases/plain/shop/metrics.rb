# frozen_string_literal: true

# Counters by name, for a fixed set of names.
module Metrics
  @counts = Hash.new(0)
  @lock = Mutex.new

  def self.count(name)
    @lock.synchronize { @counts[name] += 1 }
  end
end
