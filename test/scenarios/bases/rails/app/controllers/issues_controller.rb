# frozen_string_literal: true

class IssuesController < ApplicationController
  def index
    @issues = Issue.includes(:user).where(repo_id: params[:repo_id] || 1).order(:id).limit(20)
  end

  def show
    @issue = Issue.find(params[:id])
  end
end
