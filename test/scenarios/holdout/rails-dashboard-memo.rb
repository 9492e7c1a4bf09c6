# A dashboard memoizes its repositories in the controller's class, with all issues loaded: a dozen records hold
# thousands.
# kind: bloat
# base: rails
# trace: boot
# owner: DashboardController
# == app/controllers/dashboard_controller.rb
# frozen_string_literal: true

class DashboardController < ApplicationController
  def self.repos
    @repos ||= Repo.where(id: 1..12).includes(:issues).to_a
  end

  def show
    render plain: self.class.repos.sum { |repo| repo.issues.size }.to_s
  end
end

# == config/routes/more.rb
get '/dashboard', to: 'dashboard#show'

# == traffic
app Rails.application
every_step do |step|
  10.times { get '/dashboard' }
  20.times { |n| get "/issues/#{1 + (step * 20 + n) % 2_500}" }
end
