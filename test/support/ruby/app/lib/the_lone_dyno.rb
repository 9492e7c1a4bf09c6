# The visible behaviour of the gem the_lone_dyno 1.0 (with hey_you): it LISTENs on `<dyno><key_base>`, unquoted, with
# underscores for dots, polls for one message every `sleep` seconds, and passes an empty payload on as nil. An exception
# in the block ends the listener permanently.
require 'pg'

module TheLoneDyno
  DEFAULT_KEY = 'the_lone_dyno_hi_ho_silver'

  def self.exclusive(dynos: 1, process_type: 'web', key_base: DEFAULT_KEY, connection: PG.connect(ENV.fetch('DATABASE_URL')))
    return unless (1..dynos).map { |number| "#{process_type}.#{number}" }.include?(ENV['DYNO'])

    watch = Watch.new("#{ENV['DYNO']}#{key_base}".tr('.', '_'), connection)
    Thread.new do
      yield watch
      sleep
    end
  end

  Watch = Struct.new(:channel, :connection) do
    def watch(sleep: 60, ttl: 0.01)
      Thread.new do
        connection.exec("LISTEN #{channel}")
        loop do
          connection.wait_for_notify(ttl) { |_channel, _pid, payload| yield payload.empty? ? nil : payload }
          Kernel.sleep(sleep)
        end
      end
    end
  end
end
