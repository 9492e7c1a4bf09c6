# frozen_string_literal: true

# Database connections: five, each with a bounded cache of prepared statements.
module Connections
  class Connection
    STATEMENT_LIMIT = 100

    def initialize
      @statements = {}
      @buffer = String.new(capacity: 16_384)
    end

    def execute(sql)
      @statements[sql] ||= "a#{@statements.size}"
      @statements.shift if @statements.size > STATEMENT_LIMIT
    end
  end

  POOL = Queue.new
  5.times { POOL << Connection.new }

  def self.with
    connection = POOL.pop
    yield connection
  ensure
    POOL << connection if connection
  end
end
