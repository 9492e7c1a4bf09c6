# frozen_string_literal: true

Rails.application.routes.draw do
  resources :repos, only: %i[index show]
  resources :issues, only: %i[index show]
  draw(:more) if File.exist?(Rails.root.join('config/routes/more.rb'))
end
