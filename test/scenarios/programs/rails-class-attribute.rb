# "Recently viewed" in a class attribute of the model: += creates a longer Array on each view, and nothing shortens it.
#
# kind: leak
# base: rails
# owner: Issue
# == app/models/issue.rb
# frozen_string_literal: true

class Issue < ApplicationRecord
  class_attribute :viewed, default: []
  belongs_to :repo
  belongs_to :user
  scope :open, -> { where(state: 'open') }

  def self.view(id)
    find(id).tap { |issue| self.viewed += [issue] }
  end
end
# == app/controllers/views_controller.rb
# frozen_string_literal: true

class ViewsController < ApplicationController
  def show
    render plain: Issue.view(params[:id]).title
  end
end
# == config/routes/more.rb
resources :views, only: :show
# == traffic
app Rails.application
every_step do |step|
  30.times { |n| get "/views/#{1 + step * 30 + n}" }
  14.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
