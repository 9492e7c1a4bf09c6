# For Sidekiq, which loads only this file.
require 'sidekiq'
class Nap
  include Sidekiq::Worker
  def perform; end
end
