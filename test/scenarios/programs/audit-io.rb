# The audit log goes to a StringIO "until the file system is mounted". It never is.
#
# kind: leak
# owner: Audit
# trace: boot
# == lib/audit.rb
# frozen_string_literal: true

module Audit
  LOG = StringIO.new # LEAK HERE

  def self.write(request)
    LOG.puts(JSON.generate(path: request.path_info, agent: request.user_agent, session: request.cookies['_session'], at: Time.now.to_f)) # LEAK HERE
  end
end

Shop.get('/audited') do |request|
  20.times { Audit.write(request) }
  'ok'
end

# == traffic
app Shop
every_step do |step|
  80.times { |n| get "/audited?n=#{step * 80 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
