# For Sidekiq, which loads this file alone.
require 'sidekiq'
class Nap
  include Sidekiq::Worker
  def perform; end
end
