# A Rails app in one file, for any installed version of Rails.
require 'bundler/setup' if ENV['BUNDLE_GEMFILE']
if ENV['BOOTSNAP_CACHE_DIR']
  # Older Bootsnaps only look in the load path, where Bundler puts an app's gems.
  %w[msgpack rails sidekiq].each { |name| gem name }
  require 'bootsnap/setup'
end
require 'rails'
require 'active_job/railtie'
require 'action_controller/railtie'
require 'action_view/railtie'

class PagesController < ActionController::Base
  PRODUCTS = 4000
  SHELF = 40

  def up
    render plain: Process.pid.to_s
  end

  # Like a shop page: most objects are garbage at once, some are cached for a while, scattered between the rest.
  def shelf
    @products = Array.new(SHELF) { product(rand(PRODUCTS)) }
    render :shelf
  end

  # Allocates many objects and large strings at once.
  def export
    render json: Array.new(500) { product(rand(PRODUCTS)) }
  end

  private

  def product(id)
    Rails.cache.fetch("products/#{id}") do
      {id: id, name: "Product number #{id}", tags: Array.new(6) { |tag| "tag #{id % (tag + 1)}" },
       text: "A line about product #{id}. " * (1 + (id % 40))}
    end
  end
end

class Shop < Rails::Application
  config.root = File.expand_path('..', __dir__)
  config.eager_load = true
  config.secret_key_base = 'a' * 64
  config.hosts.clear
  config.logger = Logger.new($stdout, level: :warn)
  config.cache_store = :memory_store, {size: 8 << 20} # less than the products need
  routes.append do
    get '/up', to: 'pages#up'
    get '/shelf', to: 'pages#shelf'
    get '/export', to: 'pages#export'
  end
end

# What such an app keeps permanently: catalogs, translations, schemas.
BALLAST = Array.new(Integer(ENV.fetch('BALLAST_ROWS', 0))) do |row|
  {'id' => row.to_s, 'email' => "customer#{row}@example.com", 'note' => 'n' * (40 + (row % 200))}
end
