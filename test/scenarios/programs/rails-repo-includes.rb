# A dashboard needs one repository but preloads its issues, because a list elsewhere had been slow: one record holds
# thousands. It is kept for the next visitor.
# rule: active-record-objects
# kind: bloat
# base: rails
# owner: Dashboard
# owner: Repo
# trace: boot
# == app/models/dashboard.rb
# frozen_string_literal: true

class Dashboard
  class << self
    def repo
      @repo ||= Repo.includes(:issues).find_by(name: 'rails')
    end
  end
end
# == app/controllers/dashboards_controller.rb
# frozen_string_literal: true

class DashboardsController < ApplicationController
  def show
    render plain: "#{Dashboard.repo.name}: #{Dashboard.repo.stars}"
  end
end
# == config/routes/more.rb
resource :dashboard, only: :show
# == traffic
app Rails.application
perform do
  now = Time.now
  repo = Repo.create!(name: 'rails', stars: 50_000)
  8_000.times.each_slice(500) do |slice|
    Issue.insert_all!(slice.map { |n| {repo_id: repo.id, user_id: 1, title: "Bug #{n}", state: 'open', body: Upstream.text(600, n), created_at: now, updated_at: now} })
  end
end
every_step do |step|
  get '/dashboard' if step > 3
  20.times do |n|
    get "/repos/#{1 + n}"
    get "/issues?repo_id=#{1 + (n + step) % 25}"
  end
end
