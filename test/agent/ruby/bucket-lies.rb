# The agent reads from a bucket that sends what S3 would not. Answers with the outcome of each response.
require 'socket'
require 'stringio'
require 'zlib'

[[Heapdump::Bucket, :PAUSES_SECONDS, [0.01].freeze], [Heapdump::BucketErrand, :SECONDS, 1.5]].each do |owner, name, value|
  owner.send(:remove_const, name)
  owner.const_set(name, value)
end

def serve(&answer)
  server = TCPServer.new('127.0.0.1', 0)
  Thread.new do
    loop do
      client = server.accept
      Thread.new do
        head = +''
        head << client.readpartial(65_536) until head.include?("\r\n\r\n")
        answer.call(client, head)
      rescue SystemCallError, IOError
        nil # the agent hung up
      ensure
        client.close
      end
    end
  end
  server.addr[1]
end

def response(status, body = '', headers = {})
  "HTTP/1.1 #{status} X\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n#{headers.map { |name, value| "#{name}: #{value}\r\n" }.join}\r\n#{body}"
end

def storage(port)
  {'access_key_id' => 'a', 'secret_access_key' => 'b', 'region' => 'us-east-1', 'bucket' => 'x', 'endpoint' => "http://127.0.0.1:#{port}", 'encryption' => 'none'}
end

zipped = StringIO.new.tap { |io| Zlib::GzipWriter.wrap(io) { |gzip| gzip.write("\0" * 100_000) } }.string
page = '<ListBucketResult><Contents><Key>a</Key></Contents><NextContinuationToken>t</NextContinuationToken></ListBucketResult>'
get = ->(bucket) { bucket.get('k') }
list = ->(bucket) { bucket.list('p', 's', 5) }
LIES = {
  'a text of 8 kB' => [->(bucket) { bucket.get('k').bytesize }, response(200, 'x' * 8192)],
  'one byte more' => [get, response(200, 'x' * 8193)],
  'no end' => [get, "HTTP/1.1 200 X\r\nContent-Length: 9999999999\r\n\r\n#{'x' * 100_000}"],
  'no length, no end' => [get, "HTTP/1.1 200 X\r\n\r\n#{'x' * 100_000}"],
  'a premature end' => [get, "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nabc"],
  'unrequested gzip' => [->(bucket) { bucket.get('k').bytesize < 8192 }, response(200, zipped, 'Content-Encoding' => 'gzip')],
  'an error of 70 kB' => [->(bucket) { bucket.put('k', 'x', 't') }, response(400, "<Error>#{'x' * 70_000}</Error>")],
  'a listing over 1 MB' => [list, response(200, "<ListBucketResult>#{'<Key>abc</Key>' * 80_000}</ListBucketResult>")],
  'HTML instead of a listing' => [list, response(200, '<html>log in</html>')],
  'half a listing' => [list, response(200, page[0, 60])],
  'the same token forever' => [list, response(200, page)],
  'markup as upload id' => [->(bucket) { bucket.begin_upload('k', 't') }, response(200, '<UploadId>a&lt;b</UploadId>')],
  'markup as ETag' => [->(bucket) { bucket.put_part('k', 'u', 1, 'x') }, response(200, '', 'etag' => '"</ETag><x>"')],
  'an escape sequence as region' => [get, response(301, '<Error><Code>PermanentRedirect</Code></Error>', 'x-amz-bucket-region' => "\e]52;c;eA==\aeu")]
}.freeze
outcomes = LIES.transform_values do |(ask, lie)|
  asked = +''
  port = serve { |client, head| asked << head and client.write(lie) }
  outcome = begin
    ask.call(Heapdump::Bucket.new(storage(port)))
  rescue Heapdump::Bucket::Refused => error
    error.message
  end
  asked.match?(/^accept-encoding: identity\r$/i) ? outcome : 'asked for gzip'
end

# A byte every now and then: the process that reads is killed when the time is up.
port = serve { |client, _| client.write("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n") and loop { client.write('x') and sleep(0.1) } }
errand = begin
  Heapdump::BucketErrand.read(
    Heapdump::Configuration.new('AWS_S3_BUCKET_NAME' => 'b', 'AWS_ACCESS_KEY_ID' => 'a', 'AWS_SECRET_ACCESS_KEY' => 's',
                                'AWS_ENDPOINT_URL_S3' => "http://127.0.0.1:#{port}"), 'k'
  )
rescue Heapdump::BucketErrand::Failed => error
  error.message
end
children = Dir.glob('/proc/[0-9]*/stat').count { |file| File.read(file)[/\) \w (\d+)/, 1] == Process.pid.to_s rescue false }
answer('outcomes' => outcomes, 'errand' => errand, 'children' => children)
