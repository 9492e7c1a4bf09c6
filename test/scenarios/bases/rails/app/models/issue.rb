# frozen_string_literal: true

class Issue < ApplicationRecord
  belongs_to :repo
  belongs_to :user
  scope :open, -> { where(state: 'open') }
  after_save { Rails.cache.delete("repo-#{repo_id}") }
end
