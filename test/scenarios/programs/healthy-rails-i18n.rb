# Translations for nine languages, as in an app with a large interface; loaded once, by I18n.
#
# kind: healthy
# base: rails
# == config/environments/production.rb
Rails.application.configure do
  config.i18n.available_locales = %i[en de fr es it pl pt nl sv]
end
# == config/initializers/translations.rb
# frozen_string_literal: true

Rails.application.config.after_initialize do
  I18n.available_locales.each do |locale|
    texts = Array.new(60) do |page|
      [:"page_#{page}", Array.new(60) { |n| [:"text_#{n}", Upstream.text(70, page * 60 + n + locale.to_s.sum)] }.to_h]
    end
    I18n.backend.store_translations(locale, {pages: texts.to_h})
  end
end
# == traffic
app Rails.application
every_step do |step|
  15.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}&locale=#{%w[en de fr es it][n % 5]}" }
  15.times { |n| get "/repos/#{1 + n}" }
end
