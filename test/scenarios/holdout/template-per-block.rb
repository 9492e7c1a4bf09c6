# A page's template is a block; the framework caches compiled templates by their source object, and each request's block
# is another object (sinatra/sinatra#1714).
# kind: leak
# owner: Tilt::Cache
# owner: Tilt
# owner: Feed
# == vendor/bundle/ruby/3.1.0/gems/tilt-2.0.11/lib/tilt.rb
# frozen_string_literal: true

module Tilt
  class Cache
    def initialize
      @cache = {}
    end

    def fetch(*key)
      @cache[key] ||= yield
    end
  end

  class Template
    def initialize(options = {}, &data)
      @options = options.dup
      @data = data
      @compiled = {}
      compile
    end

    def compile
      name = "__tilt_#{object_id}"
      singleton_class.class_eval("def #{name}(xml, rows)\n#{Array.new(12) { |n| "  xml << rows[#{n}].to_s << '<row n=#{n}>'" }.join("\n")}\n xml\nend", __FILE__, 1)
      @compiled[name] = method(name)
    end

    def render(rows)
      @data.call(@compiled.values.first.call(+'', rows))
    end
  end
end

# == lib/feed.rb
# frozen_string_literal: true

class Feed
  def self.template_cache
    @template_cache ||= Tilt::Cache.new
  end

  def builder(&block)
    template = self.class.template_cache.fetch(:builder, block) { Tilt::Template.new(format: :xml, &block) } # LEAK HERE
    template.render(%w[a b c])
  end

  def show(number)
    builder { |xml| "#{xml} #{number}" } # LEAK HERE
  end
end

Shop.get('/feed') { |request| Feed.new.show(request.params['n'].to_i) }

# == traffic
app Shop
every_step do |step|
  40.times { |n| get "/feed?n=#{step * 40 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
