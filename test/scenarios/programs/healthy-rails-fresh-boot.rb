# Rails has booted and answered its first request.
#
# kind: healthy
# base: rails
# == traffic
app Rails.application
get '/repos'
