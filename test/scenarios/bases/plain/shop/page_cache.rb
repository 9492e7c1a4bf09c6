# frozen_string_literal: true

# Rendered pages, in an LRU cache.
class PageCache
  def initialize(limit)
    @limit = limit
    @pages = {}
    @lock = Mutex.new
  end

  def fetch(key)
    @lock.synchronize do
      page = @pages.delete(key) || yield
      @pages[key] = page
      @pages.shift if @pages.size > @limit
      page
    end
  end
end
