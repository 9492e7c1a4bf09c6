# frozen_string_literal: true

# Previews of documents, in an LRU cache. Healthy: it is full soon, and turns over from then on.
class PreviewCache
  def initialize(limit)
    @limit = limit
    @previews = {}
    @lock = Mutex.new
  end

  def fetch(key)
    @lock.synchronize do
      preview = @previews.delete(key) || yield
      @previews[key] = preview
      @previews.shift if @previews.size > @limit
      preview
    end
  end

  ALL = new(Integer(ENV.fetch('SCENARIO_BOUND')))
end
