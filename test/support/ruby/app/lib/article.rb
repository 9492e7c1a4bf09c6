# The setup of the article that this project started from: every worker of the lone dyno dumps to a file and uploads it,
# uncompressed, to the root of the bucket. (The article uploads with aws-sdk.)
require_relative 'the_lone_dyno'
require_relative '../.heroku/heapdump/uploader/bucket'
require 'objspace'
require 'tempfile'
require 'time'

ObjectSpace.trace_object_allocations_start
TheLoneDyno.exclusive do |signal|
  $stderr.write("#{Process.pid} listens like the article\n")
  signal.watch(sleep: Float(ENV.fetch('LONE_DYNO_SLEEP', 60))) do |payload|
    payload.length # an empty payload is nil: a NoMethodError ends the listener
    Tempfile.create('heap.dump') do |file|
      ObjectSpace.dump_all(output: file)
      file.close # on Ruby 2.7, flush would not write the last bytes
      bucket = Heapdump::Bucket.new('bucket' => ENV['AWS_S3_BUCKET_NAME'], 'access_key_id' => ENV['AWS_ACCESS_KEY_ID'], 'region' => ENV['AWS_REGION'],
                                    'secret_access_key' => ENV['AWS_SECRET_ACCESS_KEY'], 'endpoint' => ENV['AWS_ENDPOINT_URL_S3'])
      bucket.put("#{Time.now.iso8601}-process:#{Process.pid}-heap.dump", File.binread(file.path), 'application/octet-stream')
    end
  end
end
