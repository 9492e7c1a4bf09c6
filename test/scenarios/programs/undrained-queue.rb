# Mails go to a Queue, but the thread that sends them died in its first minute.
# rule: undrained-queue
# kind: leak
# owner: Mailer
# owner: Mailer::OUTBOX
# == lib/mailer.rb
# frozen_string_literal: true

class Mailer
  OUTBOX = Queue.new

  def self.start
    Thread.new do
      Thread.current.report_on_exception = false
      Thread.current.name = 'mailer'
      loop { deliver(OUTBOX.pop) }
    end
  end

  def self.deliver(mail)
    raise IOError, "smtp: connection refused (#{mail[:to]})"
  end

  def self.deliver_later(to, subject, text)
    OUTBOX << {to: to, subject: subject, body: "Dear #{to},\n#{text}", queued_at: Time.now} # LEAK HERE
  end
end

Mailer.start
Shop.post('/signup') do |request|
  Mailer.deliver_later("user#{request.params['n']}@example.com", 'Welcome', Upstream.text(2_500, request.params['n'].to_i))
  'welcome'
end

# == traffic
app Shop
every_step do |step|
  150.times { |n| post "/signup?n=#{step * 150 + n}", 'plan=free' }
  60.times { |n| get "/products?q=#{n}" }
end
