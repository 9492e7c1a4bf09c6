# frozen_string_literal: true

# A small shop on Rack, with what every app has: libraries, a catalogue, translations, a bounded cache, a connection
# pool, counters.
require 'json'
require 'set'
require 'logger'
require 'erb'
require 'time'
require 'uri'
require 'csv'
require 'yaml'
require 'digest'
require 'securerandom'
require 'net/http'
require 'openssl'
require 'rack'
require 'upstream'

Dir[File.join(__dir__, '../shop/*.rb')].sort.each { |file| require File.expand_path(file) }

LOGGER = Logger.new(File::NULL)
Shop.get('/products') { |request| Storefront.page(request.params['q'].to_s) }
Shop.get('/health') { |_request| 'ok' }
