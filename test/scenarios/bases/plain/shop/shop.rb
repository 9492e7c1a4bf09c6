# frozen_string_literal: true

# Routes: registered once, at boot.
module Shop
  @routes = {}

  class << self
    def get(path, &block)
      @routes[path] = block
    end

    alias post get

    def call(env)
      Metrics.count("request.#{env['REQUEST_METHOD']}")
      request = Rack::Request.new(env)
      handler = @routes[request.path_info]
      return [404, {'content-type' => 'text/plain'}, ['not found']] unless handler

      [200, {'content-type' => 'text/html'}, [handler.call(request)]]
    end
  end
end
