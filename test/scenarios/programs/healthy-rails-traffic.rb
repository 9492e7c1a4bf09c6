# An issue tracker that has served requests for a while; nothing is wrong with it.
#
# kind: healthy
# base: rails
# == traffic
app Rails.application
every_step do |step|
  20.times do |n|
    get '/repos'
    get "/repos/#{1 + n}"
    get "/issues?repo_id=#{1 + (n + step) % 25}&locale=#{%w[en de fr][n % 3]}"
    get "/issues/#{1 + (step * 20 + n)}"
  end
end
