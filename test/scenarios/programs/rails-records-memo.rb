# Profiles are memoized on the class with everything they refer to: users, and each user's issues.
#
# kind: leak
# base: rails
# owner: ProfileCache
# == app/models/profile_cache.rb
# frozen_string_literal: true

class ProfileCache
  @profiles = {}

  def self.fetch(session, id)
    @profiles["#{session}/#{id}"] ||= User.includes(:issues).find(id)
  end
end
# == app/controllers/profiles_controller.rb
# frozen_string_literal: true

class ProfilesController < ApplicationController
  def show
    user = ProfileCache.fetch(request.request_id, params[:id])
    render plain: "#{user.name}: #{user.issues.size}"
  end
end
# == config/routes/more.rb
resources :profiles, only: :show
# == traffic
app Rails.application
every_step do |step|
  12.times { |n| get "/profiles/#{1 + (step * 12 + n) % 60}" }
  15.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
