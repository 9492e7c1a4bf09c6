# frozen_string_literal: true

# Translations, loaded at boot.
module Texts
  LOCALES = %w[en de fr es it pl].freeze
  ALL = LOCALES.to_h do |locale|
    [locale, Array.new(400) { |number| [:"text_#{number}", Upstream.text(60, number * 7 + locale.sum).freeze] }.to_h]
  end.freeze

  def self.t(locale, number)
    ALL.fetch(locale).fetch(:"text_#{number}")
  end
end
