# Many threads with a database connection each, and each connection with its maximum number of prepared statements.
#
# kind: healthy
# base: rails
# == config/database.yml
production:
  adapter: sqlite3
  database: db/production.sqlite3
  pool: 16
  timeout: 5000
  statement_limit: 200
# == app/models/poller.rb
# frozen_string_literal: true

# Background threads that query the database from time to time.
class Poller
  COLUMNS = %i[id repo_id user_id title state created_at updated_at].freeze

  def self.start(count)
    @pollers = Array.new(count) { |number| new(number) }
  end

  def self.poll(step)
    @pollers.each { |poller| poller.wake(step) }
    @pollers.each(&:wait)
  end

  def initialize(number)
    @work = Queue.new
    @done = Queue.new
    @thread = Thread.new do
      while (step = @work.pop)
        @done << look(step)
      end
    end
    @thread.name = "poller #{number}"
  end

  def wake(step)
    @work << step
  end

  def wait
    @done.pop
  end

  private

  # Every combination of columns is a different statement; there are 127.
  def look(step)
    12.times.sum do |n|
      columns = COLUMNS.select.with_index { |_, bit| (step * 12 + n + 1)[bit] == 1 }
      columns.sum { |column| Issue.where(column => 1).order(columns).limit(n + 1).pluck(:id).size }
    end
  end
end
# == traffic
app Rails.application
perform { Poller.start(10) }
every_step do |step|
  Poller.poll(step)
  10.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
