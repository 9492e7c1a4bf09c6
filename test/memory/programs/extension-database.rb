# A database in memory gets rows, and nobody deletes them. SQLite allocates for itself, and Ruby has one object.
#
# needs: sqlite3
# rule: native-memory
# names: sqlite3
# dumps: 2
# grows: native
require 'sqlite3'

LOG = SQLite3::Database.new(':memory:')
LOG.execute('CREATE TABLE requests (id INTEGER PRIMARY KEY, body TEXT)')

def log_requests(count)
  statement = LOG.prepare('INSERT INTO requests (body) VALUES (?)')
  LOG.transaction { count.times { |number| statement.execute("#{number} #{'request ' * 125}") } }
  statement.close
  GC.start
end

log_requests(90_000)
ready
log_requests(45_000)
ready
