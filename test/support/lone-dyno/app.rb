# frozen_string_literal: true

# An app as in the article about the_lone_dyno, with the documented behaviour of TheLoneDyno.exclusive and signal.watch:
# it LISTENs on the unquoted channel name, polls for one message every `sleep` seconds, and runs the block with its
# payload; an exception in the block ends the listener. ObjectSpace.dump_all writes the heap to a file, which goes to
# the bucket's root.
require 'json'
require 'objspace'
require 'pg'
require 'time'
require 'tempfile'
require_relative '../../../buildpack/agent/uploader/bucket'

LEAK = Array.new(5_000) { |i| "a leaked string: #{i}" }

key_base = ENV.fetch('KEY_BASE', 'the_lone_dyno_hi_ho_silver')
channel = "#{ENV.fetch('DYNO')}#{key_base}".tr('.', '_')
bucket = Heapdump::Bucket.new(
  'access_key_id' => ENV.fetch('AWS_ACCESS_KEY_ID'), 'secret_access_key' => ENV.fetch('AWS_SECRET_ACCESS_KEY'),
  'region' => ENV.fetch('AWS_REGION'), 'bucket' => ENV.fetch('AWS_S3_BUCKET_NAME'), 'endpoint' => ENV.fetch('AWS_ENDPOINT_URL_S3')
)

watch = lambda do |_payload|
  Tempfile.create('heap') do |file|
    ObjectSpace.dump_all(output: file)
    file.flush
    bucket.put("#{Time.now.utc.iso8601}-process:#{Process.pid}-heap.dump", File.binread(file.path), 'application/json')
  end
end

connection = PG.connect(ENV.fetch('DATABASE_URL'))
connection.exec("LISTEN #{channel}")
warn "watching #{channel}"
loop do
  sleep Float(ENV.fetch('POLL_SECONDS', '60'))
  connection.consume_input
  notification = connection.notifies or next

  payload = notification[:extra]
  raise NoMethodError, "undefined method for nil" if payload.to_s.empty?

  watch.call(payload)
  warn "dumped #{LEAK.size}"
end
