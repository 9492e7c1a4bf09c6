# ActiveJob's test adapter is used in production: it runs nothing and keeps every job with its arguments.
#
# kind: leak
# base: rails
# owner: ActiveJob::QueueAdapters::TestAdapter
# owner: TestAdapter
# owner: DigestJob
# == config/environments/production.rb
Rails.application.configure do
  config.active_job.queue_adapter = :test
end
# == app/jobs/digest_job.rb
# frozen_string_literal: true

class DigestJob < ActiveJob::Base
  def perform(lines, visitor)
    [lines, visitor]
  end
end
# == app/controllers/digests_controller.rb
# frozen_string_literal: true

class DigestsController < ApplicationController
  def show
    DigestJob.perform_later(Upstream.words(60, params[:n].to_i), {'agent' => request.user_agent, 'text' => Upstream.text(1_500, params[:n].to_i)})
    head :ok
  end
end
# == config/routes/more.rb
resource :digest, only: :show
# == traffic
app Rails.application
every_step do |step|
  45.times { |n| get "/digest?n=#{step * 45 + n}" }
  15.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
