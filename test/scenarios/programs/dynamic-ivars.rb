# Settings are set as instance variables by name, and visitors choose the names: one object with thousands of variables.
#
# kind: leak
# owner: VisitorSettings
# == lib/visitor_settings.rb
# frozen_string_literal: true

class VisitorSettings
  DEFAULT = new

  def remember(session, values)
    instance_variable_set(:"@settings_for_#{session}", values)
  end
end

Shop.post('/settings') do |request|
  values = {theme: 'dark', columns: Upstream.words(12, request.params['n'].to_i), note: "set by #{request.user_agent}"} # LEAK HERE
  VisitorSettings::DEFAULT.remember(request.cookies['_session'], values)
  'saved'
end

# == traffic
app Shop
every_step do |step|
  90.times { |n| post "/settings?n=#{step * 90 + n}", 'a=b' }
  60.times { |n| get "/products?q=#{n}" }
end
