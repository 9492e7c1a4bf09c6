# frozen_string_literal: true

# Counters by name: as many as there are names.
module Metrics
  @counts = Hash.new(0)
  @lock = Mutex.new

  def self.count(name)
    @lock.synchronize { @counts[name] += 1 }
  end
end
