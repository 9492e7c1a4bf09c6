# A bucket that does not say what S3 says, asked by the agent: what becomes of each answer.
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
        nil # it has had enough
      ensure
        client.close
      end
    end
  end
  server.addr[1]
end

def said(status, body = '', headers = {})
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
  'a text of 8 kB' => [->(bucket) { bucket.get('k').bytesize }, said(200, 'x' * 8192)],
  'one byte more' => [get, said(200, 'x' * 8193)],
  'no end' => [get, "HTTP/1.1 200 X\r\nContent-Length: 9999999999\r\n\r\n#{'x' * 100_000}"],
  'no length, no end' => [get, "HTTP/1.1 200 X\r\n\r\n#{'x' * 100_000}"],
  'an end too early' => [get, "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nabc"],
  'gzip that nobody asked for' => [->(bucket) { bucket.get('k').bytesize < 8192 }, said(200, zipped, 'Content-Encoding' => 'gzip')],
  'an error of 70 kB' => [->(bucket) { bucket.put('k', 'x', 't') }, said(400, "<Error>#{'x' * 70_000}</Error>")],
  'a list of over 1 MB' => [list, said(200, "<ListBucketResult>#{'<Key>abc</Key>' * 80_000}</ListBucketResult>")],
  'HTML for a list' => [list, said(200, '<html>log in</html>')],
  'half a list' => [list, said(200, page[0, 60])],
  'one token for ever' => [list, said(200, page)],
  'markup for an upload id' => [->(bucket) { bucket.begin_upload('k', 't') }, said(200, '<UploadId>a&lt;b</UploadId>')],
  'markup for an ETag' => [->(bucket) { bucket.put_part('k', 'u', 1, 'x') }, said(200, '', 'etag' => '"</ETag><x>"')],
  'an escape for a region' => [get, said(301, '<Error><Code>PermanentRedirect</Code></Error>', 'x-amz-bucket-region' => "\e]52;c;eA==\aeu")]
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

# A byte every now and then: what was sent to ask is gone when the time is up.
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
