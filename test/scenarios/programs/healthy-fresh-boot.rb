# Just started: only libraries, the catalogue and the translations.
#
# kind: healthy
# == lib/nothing.rb
# frozen_string_literal: true

Shop.get('/about') { |_request| 'A small shop.' }

# == traffic
app Shop
get '/about'
