# frozen_string_literal: true

# A database with some contents.
ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table(:repos) { |t| t.string :name; t.text :description; t.integer :stars; t.timestamps }
  create_table(:users) { |t| t.string :name; t.string :email; t.timestamps }
  create_table(:issues) do |t|
    t.references :repo
    t.references :user
    t.string :title
    t.string :state
    t.text :body
    t.timestamps
  end
end
[Repo, User, Issue].each(&:reset_column_information)

now = Time.now
repos = Array.new(25) { |n| {name: "repo-#{n}", description: Upstream.text(120, n), stars: n * 11, created_at: now, updated_at: now} }
users = Array.new(60) { |n| {name: "user-#{n}", email: "user-#{n}@example.com", created_at: now, updated_at: now} }
issues = Array.new(2_500) do |n|
  {
    repo_id: 1 + n % 25, user_id: 1 + n % 60, title: "Issue #{n}", state: n.odd? ? 'open' : 'closed', body: Upstream.text(300, n),
    created_at: now, updated_at: now
  }
end
Repo.insert_all!(repos)
User.insert_all!(users)
issues.each_slice(500) { |slice| Issue.insert_all!(slice) }
