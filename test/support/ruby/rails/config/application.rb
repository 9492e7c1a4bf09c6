# A Rails app in one file, for whatever Rails there is.
require 'bundler/setup' if ENV['BUNDLE_GEMFILE']
if ENV['BOOTSNAP_CACHE_DIR']
  gem 'rails' # bootsnap 1.4 looks into the load path alone, where Bundler has put the gems of an app
  require 'bootsnap/setup'
end
require 'rails'
require 'active_job/railtie'
require 'action_controller/railtie'

class PagesController < ActionController::Base
  def up
    render plain: Process.pid.to_s
  end
end

class Shop < Rails::Application
  config.root = File.expand_path('..', __dir__)
  config.eager_load = true
  config.secret_key_base = 'a' * 64
  config.hosts.clear
  config.logger = Logger.new($stdout, level: :warn)
  routes.append { get '/up', to: 'pages#up' }
end
