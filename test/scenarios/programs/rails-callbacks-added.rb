# A controller adds a callback to a model on each request: `Issue.after_commit { … }`. The model's chain grows, and
# holds the controllers.
#
# kind: leak
# base: rails
# owner: Issue
# owner: WatchesController
# == app/controllers/watches_controller.rb
# frozen_string_literal: true

class WatchesController < ApplicationController
  def show
    @seen = Issue.where(repo_id: params[:repo_id]).to_a
    watcher = self
    Issue.after_destroy { watcher.seen(self) } # LEAK HERE
    render plain: @seen.size.to_s
  end

  def seen(issue)
    @seen << issue
  end
end
# == config/routes/more.rb
resource :watch, only: :show
# == traffic
app Rails.application
every_step do |step|
  4.times { |n| get "/watch?repo_id=#{1 + (n + step) % 25}" }
  20.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
