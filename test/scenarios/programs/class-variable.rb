# Webhooks are processed once: a class variable remembers their ids forever. About 2 MB.
#
# kind: leak
# owner: WebhookReceiver
# == lib/webhook_receiver.rb
# frozen_string_literal: true

class WebhookReceiver
  @@seen = {}

  def receive(id, payload)
    return 'again' if @@seen.key?(id)

    @@seen["webhook:#{id}"] = Time.at(payload.size) # LEAK HERE
    'ok'
  end
end

Shop.post('/webhooks') { |request| WebhookReceiver.new.receive(request.params['id'], request.body.read) }

# == traffic
app Shop
every_step do |step|
  450.times { |n| post "/webhooks?id=evt_#{format('%024x', (step * 450 + n) * 7919)}", '{"type":"invoice.paid"}' }
  60.times { |n| get "/products?q=#{n}" }
end
