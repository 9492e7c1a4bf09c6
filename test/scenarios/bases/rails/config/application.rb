# frozen_string_literal: true

require 'rails'
require 'active_model/railtie'
require 'active_job/railtie'
require 'active_record/railtie'
require 'action_controller/railtie'
require 'action_view/railtie'
require 'action_mailer/railtie'

module Tracker
  class Application < Rails::Application
    config.root = File.expand_path('..', __dir__)
    config.load_defaults 6.1
    config.eager_load = true
    config.cache_classes = true
    config.consider_all_requests_local = false
    config.action_dispatch.show_exceptions = false
    config.action_controller.perform_caching = true
    config.cache_store = :memory_store, {size: 8 * 1024 * 1024}
    config.active_job.queue_adapter = :inline
    config.logger = ActiveSupport::TaggedLogging.new(Logger.new(File::NULL))
    config.log_level = :info
    config.hosts.clear
    config.i18n.available_locales = %i[en de fr]
  end
end
