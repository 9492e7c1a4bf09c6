# Rails.cache is a MemoryStore of 8 MB that has been full for long: it prunes itself.
#
# kind: healthy
# base: rails
# == app/controllers/pages_controller.rb
# frozen_string_literal: true

class PagesController < ApplicationController
  def show
    render plain: Rails.cache.fetch("page/#{params[:id]}", compress: false) { Upstream.text(9_000, params[:id].to_i) }
  end
end
# == config/routes/more.rb
resources :pages, only: :show
# == traffic
app Rails.application
every_step do |step|
  70.times { |n| get "/pages/#{step * 70 + n}" }
  10.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
