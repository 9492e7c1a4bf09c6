# On each request, a controller subscribes to a notification to time its report, and never unsubscribes; its block holds
# the controller.
#
# kind: leak
# base: rails
# owner: ReportsController
# owner: ActiveSupport::Notifications
# owner: ActiveSupport::Notifications::Fanout
# == app/controllers/reports_controller.rb
# frozen_string_literal: true

class ReportsController < ApplicationController
  def show
    @issues = Issue.where(repo_id: params[:repo_id]).to_a
    @timings = [] # LEAK HERE
    ActiveSupport::Notifications.subscribe('render_report.tracker') { |*event| @timings << event[1] if @timings.size < 3 } # LEAK HERE
    text = ActiveSupport::Notifications.instrument('render_report.tracker') { @issues.map(&:title).join(',') } # LEAK HERE
    render plain: text
  end
end
# == config/routes/more.rb
resource :report, only: :show
# == traffic
app Rails.application
every_step do |step|
  14.times { |n| get "/report?repo_id=#{1 + n}" }
  14.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
