# A subscriber, correctly registered once, keeps every event it receives, with its payload.
#
# kind: leak
# base: rails
# owner: SlowPages
# == app/models/slow_pages.rb
# frozen_string_literal: true

class SlowPages
  @events = []

  class << self
    attr_reader :events

    def watch
      ActiveSupport::Notifications.subscribe('process_action.action_controller') { |event| @events << event }
    end
  end
end
# == config/initializers/slow_pages.rb
# frozen_string_literal: true

Rails.application.config.after_initialize { SlowPages.watch }
# == traffic
app Rails.application
every_step do |step|
  20.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
  8.times { |n| get "/repos/#{1 + n}" }
end
