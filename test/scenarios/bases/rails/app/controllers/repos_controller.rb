# frozen_string_literal: true

class ReposController < ApplicationController
  def index
    @repos = Repo.order(:name).limit(25)
  end

  def show
    @repo = Repo.find(params[:id])
    @open = Rails.cache.fetch("repo-#{@repo.id}") { @repo.issues.open.count }
  end
end
