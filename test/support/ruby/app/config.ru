# An app to test the agent with. MARKERS: number of objects to count in a dump. BALLAST_MB: strings that make it large.
# EXTRA: Ruby code to run in every worker. LONE_DYNO: dump with the article's code.
class Marker
  def initialize(number)
    @number = number
  end
end

MARKERS = Array.new(Integer(ENV.fetch('MARKERS', 1000))) { |number| Marker.new(number) }
BALLAST = Array.new(Integer(ENV.fetch('BALLAST_MB', 0)) * 20) { [Random.bytes(37_500)].pack('m0') } # compresses to three quarters
require_relative 'lib/article' if ENV['LONE_DYNO']
eval(ENV['EXTRA']) if ENV['EXTRA'] # rubocop:disable Security/Eval -- a test's own code

run(lambda do |env|
  case env['PATH_INFO']
  when '/up' then [200, {'content-type' => 'text/plain'}, [Process.pid.to_s]]
  when '/churn' # writes to every page of the ballast, which copies them during a dump
    BALLAST.each { |text| 0.step(text.bytesize - 1, 4096) { |at| text.setbyte(at, 70) } }
    [200, {'content-type' => 'text/plain'}, ['churned']]
  when '/allocate'
    KEPT ||= [] # rubocop:disable Lint/OrAssignmentToConstant -- kept for the next request
    KEPT.concat(Array.new(500) { |number| "kept #{number}" })
    [200, {'content-type' => 'text/plain'}, ['allocated']]
  when '/page' # as much work and garbage as a shop page
    rows = Array.new(1000) { |number| "row #{number} of #{number * 2}" }
    [200, {'content-type' => 'text/plain'}, [rows.to_h { |row| [row, row.size] }.map { |row, size| "#{row}=#{size}" }.join('&')]]
  when '/gc'
    [200, {'content-type' => 'application/json'}, [%({"count":#{GC.count},"major":#{GC.stat(:major_gc_count)}})]]
  when '/gc-off' # GC.disable also finishes a collection in progress
    off = GC.disable
    GC.enable unless off
    [200, {'content-type' => 'text/plain'}, [off.to_s]]
  else [404, {'content-type' => 'text/plain'}, ['not found']]
  end
end)
