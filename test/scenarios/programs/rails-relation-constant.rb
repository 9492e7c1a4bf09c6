# A relation in a constant looks like a query. The first call of `each` loads the table into it, for the life of the
# process.
#
# kind: bloat
# base: rails
# owner: Sitemap
# owner: Issue
# trace: boot
# == app/models/sitemap.rb
# frozen_string_literal: true

class Sitemap
  ISSUES = Issue.all

  def self.urls(limit)
    ISSUES.map { |issue| "https://example.com/issues/#{issue.id}" }.first(limit)
  end
end
# == app/controllers/sitemaps_controller.rb
# frozen_string_literal: true

class SitemapsController < ApplicationController
  def show
    render plain: Sitemap.urls(100).join("\n")
  end
end
# == config/routes/more.rb
resource :sitemap, only: :show
# == traffic
app Rails.application
perform do
  now = Time.now
  Issue.insert_all!(Array.new(500) { |n| {repo_id: 3, user_id: 2, title: "Wish #{n}", state: 'open', body: Upstream.text(400, n), created_at: now, updated_at: now} })
end
every_step do |step|
  get '/sitemap' if step > 4
  20.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
  20.times { |n| get "/repos/#{1 + n}" }
end
