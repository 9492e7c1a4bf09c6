# frozen_string_literal: true

class ApplicationController < ActionController::Base
  around_action :switch_locale

  private

  def switch_locale(&block)
    I18n.with_locale(params[:locale] || :en, &block)
  end
end
