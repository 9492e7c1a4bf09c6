# frozen_string_literal: true

# An app as the article about the_lone_dyno has it, with what that gem's documentation promises of TheLoneDyno.exclusive and
# signal.watch: LISTEN on the bare channel name, a look for one message every `sleep` seconds, the block run with its payload; an
# exception in it ends the listener. The heap is written by ObjectSpace.dump_all to a file and put at the bucket's root.
require 'json'
require 'objspace'
require 'pg'
require 'time'
require 'tempfile'
require_relative '../../../buildpack/agent/uploader/bucket'

LEAK = Array.new(5_000) { |i| "a string that lives: #{i}" }

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
