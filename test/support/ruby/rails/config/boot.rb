ENV['RAILS_ENV'] ||= 'production'
