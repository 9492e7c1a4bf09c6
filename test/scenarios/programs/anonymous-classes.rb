# Each request creates a form class with Class.new, and the base class remembers its subclasses.
#
# kind: leak
# owner: DynamicForm
# == lib/dynamic_form.rb
# frozen_string_literal: true

class DynamicForm
  class << self
    def forms
      @@forms ||= []
    end

    def inherited(form)
      super
      @@forms ||= []
      @@forms << form
    end

    def field(name)
      attr_reader name

      define_method(:"validate_#{name}") { !public_send(name).nil? } # LEAK HERE
    end
  end

  def initialize(params)
    params.each { |name, value| instance_variable_set(:"@#{name}", value) }
  end
end
# == lib/survey.rb
# frozen_string_literal: true

class Survey
  def self.form_for(fields)
    Class.new(DynamicForm) do # LEAK HERE
      fields.each { |name| field(name) }
    end
  end
end

Shop.post('/survey') do |request|
  form = Survey.form_for(%w[name email age city plan]).new(request.params.slice('name', 'email'))
  form.validate_name.to_s
end

# == traffic
app Shop
every_step do |step|
  60.times { |n| post "/survey?name=#{n}&email=#{step}", 'a=b' }
  60.times { |n| get "/products?q=#{n}" }
end
