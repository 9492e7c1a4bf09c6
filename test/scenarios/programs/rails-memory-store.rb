# Rails.cache is a MemoryStore with a limit of half a gigabyte, and the keys are whole query strings: every search is
# new.
#
# kind: leak
# base: rails
# owner: SearchesController
# owner: MemoryStore
# owner: ActiveSupport::Cache::MemoryStore
# == config/environments/production.rb
Rails.application.configure do
  config.cache_store = :memory_store, {size: 512 * 1024 * 1024}
end
# == app/controllers/searches_controller.rb
# frozen_string_literal: true

class SearchesController < ApplicationController
  def show
    key = "search/#{request.fullpath}/#{request.user_agent}/#{params[:q].to_s * 4}"
    html = Rails.cache.fetch(key) { Upstream.text(5_000, params[:n].to_i + params[:step].to_i * 1_000) }
    render plain: html
  end
end
# == config/routes/more.rb
resource :search, only: :show
# == traffic
app Rails.application
every_step do |step|
  60.times { |n| get "/search?q=#{'leak' * 30}&n=#{n}&step=#{step}&sort=updated" }
  15.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
