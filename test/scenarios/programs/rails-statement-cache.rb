# A nightly export pages through the issues with the OFFSET written into the SQL. Each page is another prepared
# statement, and the connection keeps a statement for each: thousands, of two shapes.
# rule: statement-cache
# kind: leak
# base: rails
# owner: IssuesQuery
# owner: StatementPool
# owner: ActiveRecord::ConnectionAdapters::SQLite3Adapter::StatementPool
# owner: ActiveRecord::ConnectionAdapters::SQLite3Adapter
# == config/database.yml
production:
  adapter: sqlite3
  database: db/production.sqlite3
  pool: 8
  timeout: 5000
  statement_limit: 20000
# == app/models/issues_query.rb
# frozen_string_literal: true

class IssuesQuery
  PAGE = 20

  def initialize(repo_id)
    @repo_id = repo_id
  end

  def page(number)
    Issue.find_by_sql(sql(number * PAGE), [], preparable: true)
  end

  def count_after(number)
    Issue.connection.exec_query("SELECT COUNT(*) AS n FROM issues WHERE id > #{number}", 'Count', [], prepare: true).first['n']
  end

  private

  def sql(offset)
    "SELECT issues.*, users.name AS user_name FROM issues INNER JOIN users ON users.id = issues.user_id " \
      "WHERE issues.repo_id = #{@repo_id} ORDER BY issues.id LIMIT #{PAGE} OFFSET #{offset}"
  end
end
# == app/controllers/exports_controller.rb
# frozen_string_literal: true

class ExportsController < ApplicationController
  def show
    query = IssuesQuery.new(params[:repo_id].to_i)
    rows = query.page(params[:page].to_i)
    render plain: "#{rows.size} of #{query.count_after(params[:page].to_i)}"
  end
end
# == config/routes/more.rb
resource :export, only: :show
# == traffic
app Rails.application
every_step do |step|
  100.times { |n| get "/export?repo_id=1&page=#{step * 100 + n}" }
  10.times { |n| get "/issues?repo_id=#{1 + n}" }
end
