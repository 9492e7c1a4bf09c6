# A reconciliation runs in its own thread with the query cache on, as in a request; but unlike a request, it never ends.
#
# kind: leak
# base: rails
# owner: Reconciliation
# owner: reconciliation
# owner: ActiveRecord::ConnectionAdapters::SQLite3Adapter
# owner: query cache
# == config/database.yml
production:
  adapter: sqlite3
  database: db/production.sqlite3
  pool: 8
  timeout: 5000
  query_cache: 100000 # Rails 7.1 and later; it has no limit before
# == app/models/reconciliation.rb
# frozen_string_literal: true

class Reconciliation
  TASKS = Queue.new
  DONE = Queue.new

  def self.start
    thread = Thread.new { new.run }
    thread.name = 'reconciliation'
  end

  def run
    Issue.connection.enable_query_cache!
    while (number = TASKS.pop)
      40.times { |n| check(number * 40 + n) }
      DONE << number
    end
  end

  private

  def check(id)
    Issue.where('id > ?', id).order(:id).limit(15).count { |issue| issue.title.nil? }
  end
end
# == traffic
app Rails.application
perform { Reconciliation.start }
every_step do |step|
  Reconciliation::TASKS << step
  20.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
  Reconciliation::DONE.pop
end
