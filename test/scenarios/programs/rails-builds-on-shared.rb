# The inbox is one record, memoized on the class. Each message is built on its association and saved elsewhere, so the
# record collects everything ever built.
#
# kind: leak
# base: rails
# owner: Inbox
# owner: Repo
# == app/models/inbox.rb
# frozen_string_literal: true

class Inbox
  def self.repo
    @repo ||= Repo.find_by!(name: 'repo-3')
  end

  def self.draft(title, body)
    repo.issues.build(title: title, body: body, state: 'draft') # LEAK HERE
  end
end
# == app/controllers/drafts_controller.rb
# frozen_string_literal: true

class DraftsController < ApplicationController
  def show
    draft = Inbox.draft("Draft #{params[:n]}", Upstream.text(200, params[:n].to_i)) # LEAK HERE
    render plain: draft.title
  end
end
# == config/routes/more.rb
resource :draft, only: :show
# == traffic
app Rails.application
every_step do |step|
  20.times { |n| get "/draft?n=#{step * 20 + n}" }
  14.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
