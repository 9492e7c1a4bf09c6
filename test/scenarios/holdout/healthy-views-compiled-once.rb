# Views are compiled on first use, one method each; there are 180 of them, and before long all have been used.
#
# kind: healthy
# == lib/compiled_views.rb
# frozen_string_literal: true

class CompiledViews
  VIEWS = 180

  def render(number)
    name = "view_#{number % VIEWS}"
    unless respond_to?(name)
      source = "<h1><%= title %></h1><% 9.times do |n| %><li class='#{name}'><%= title %> <%= n %></li><% end %>" * 2
      self.class.class_eval("def #{name}(title)\n#{ERB.new(source).src}\nend", "app/views/#{name}.html.erb", 0)
    end
    public_send(name, 'a title')
  end
end

Shop.get('/view') { |request| CompiledViews.new.render(request.params['n'].to_i) }

# == traffic
app Shop
every_step do |step|
  40.times { |n| get "/view?n=#{step * 31 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
