# A Rails request has loaded two thousand records and waits for another service; they are freed when it ends.
#
# kind: healthy
# base: rails
# == app/models/other_service.rb
# frozen_string_literal: true

class OtherService
  CALLS = Queue.new
  ANSWERS = Queue.new

  def self.call
    CALLS << true
    ANSWERS.pop
  end
end
# == app/controllers/archives_controller.rb
# frozen_string_literal: true

class ArchivesController < ApplicationController
  def show
    @issues = Issue.includes(:user, :repo).to_a
    render plain: "#{@issues.size} #{OtherService.call}"
  end
end
# == config/routes/more.rb
resource :archive, only: :show
# == traffic
app Rails.application
every_step do |step|
  20.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
before_dump do
  Thread.new { get '/archive' }.name = 'client'
  OtherService::CALLS.pop
end
