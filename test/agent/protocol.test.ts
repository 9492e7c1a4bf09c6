import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {root} from '../support/buildpack.js'

const read = (name: string) => JSON.parse(readFileSync(join(root, 'test/fixtures/protocol', name), 'utf8'))
const requests = read('requests.json') as {cases: Array<{name: string; outcome: string}>}
const channels = read('channels.json') as {cases: Array<{dyno: string; channel: string}>}

/** Runs a Ruby program with the agent's files on its load path; JSON in, JSON out. */
function askRuby<T>(program: string, input: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = spawn('ruby', ['-W', '-rjson', '-I', join(root, 'buildpack/agent'), '-e', program], {
      env: {LANG: 'C.UTF-8', PATH: process.env.PATH},
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => (stdout += chunk))
    child.stderr.on('data', chunk => (stderr += chunk))
    child.once('close', () => {
      // Fails on warnings too.
      if (stderr === '') resolve(JSON.parse(stdout) as T)
      else reject(new Error(stderr))
    })
    child.stdin.end(JSON.stringify(input))
  })
}

it('the agent accepts and rejects the same payloads as the plugin, as the fixtures say', async () => {
  const outcomes = await askRuby<Array<[string, string]>>(
    `
    require 'heapdump/request'
    input = JSON.parse($stdin.read)
    envelope = Heapdump::Envelope.new(input['secret'])
    outcomes = input['cases'].map do |one|
      message = envelope.open(input['channel'], one['payload'])
      begin
        Heapdump::Request.read(message, dyno: input['dyno'], now: input['now'])
        [one['name'], 'ok']
      rescue Heapdump::Envelope::Rejected => error
        [one['name'], {early: 'early', invalid: 'invalid', dyno: 'other_dyno', stale: 'stale'}[error.kind]]
      end
    rescue Heapdump::Envelope::Rejected => error
      [one['name'], error.kind]
    end
    puts JSON.generate(outcomes)
    `,
    requests,
  )
  // In Ruby, the request rejects a message without an id; in TypeScript, the envelope does.
  const same = (outcome: string) => (outcome === 'invalid' ? 'malformed' : outcome)
  expect(outcomes.map(([name, outcome]) => [name, same(outcome)])).toEqual(
    requests.cases.map(({name, outcome}) => [name, same(outcome)]),
  )
  expect(outcomes.length).toBeGreaterThan(20)
})

it('the agent signs as in the fixtures', async () => {
  const sealed = await askRuby<string[]>(
    `
    require 'heapdump/envelope'
    input = JSON.parse($stdin.read)
    envelope = Heapdump::Envelope.new(input['secret'])
    message = {'v' => 1, 'type' => 'dump', 'id' => 'k3f9q2m8x1', 'dyno' => 'web.1', 'at' => 1732424083, 'traceSeconds' => 0}
    puts JSON.generate([envelope.seal(input['channel'], message)])
    `,
    requests,
  )
  expect(sealed).toEqual([(requests.cases as unknown as Array<{payload: string}>)[0].payload])
})

it('a ledger keeps its start time for the next leader, and a new dyno starts a new one', async () => {
  const since = await askRuby<number[]>(
    `
    require 'tmpdir'
    require 'heapdump/ledger'
    require 'heapdump/log'
    since = Dir.mktmpdir do |directory|
      path = File.join(directory, 'requests.json')
      request = Heapdump::Request.new('type' => 'status', 'id' => 'k3f9q2m8x1', 'dyno' => 'web.1', 'at' => 150)
      first = Heapdump::Ledger.new(path, 100).tap { |ledger| ledger.remember(request, {}) }
      next_leader = Heapdump::Ledger.new(path, 200)
      File.unlink(path)
      [first, next_leader, Heapdump::Ledger.new(path, 300)].map(&:since)
    end
    puts JSON.generate(since)
    `,
    null,
  )
  expect(since).toEqual([100, 100, 300])
})

it('a ledger stays small, however many requests arrive', async () => {
  const [bytes, ids, taken] = await askRuby<[number[], string[], number]>(
    `
    require 'tmpdir'
    require 'heapdump/ledger'
    require 'heapdump/log'
    answer = Dir.mktmpdir do |directory|
      path = File.join(directory, 'requests.json')
      ledger = Heapdump::Ledger.new(path, 100)
      bytes = Array.new(3) do |round|
        500.times do |i|
          id = format('r%09d', round * 500 + i)
          request = Heapdump::Request.new('type' => 'dump', 'id' => id, 'at' => Time.now.to_i, 'traceSeconds' => 0)
          ledger.remember(request, {'type' => 'failed', 'code' => 'too_soon', 'message' => 'x' * 200})
          ledger.begin(request, [1])
          ledger.finish
        end
        File.size(path)
      end
      [bytes, %w[r000000000 r000001299 r000001300 r000001499].select { |id| ledger.answer(id) }, ledger.history.size]
    end
    puts JSON.generate(answer)
    `,
    null,
  )
  expect(bytes[2]).toBe(bytes[0])
  expect(bytes[2]).toBeLessThan(150_000)
  expect(ids).toEqual(['r000001300', 'r000001499'])
  expect(taken).toBe(500)
})

it('rejects requests from before this dyno started: only the earlier dyno’s ledger knows their ids', async () => {
  const outcomes = await askRuby<string[]>(
    `
    require 'heapdump/request'
    outcomes = [999, 1000, 1001].map do |at|
      Heapdump::Request.read({'type' => 'dump', 'id' => 'k3f9q2m8x1', 'dyno' => 'web.1', 'at' => at, 'traceSeconds' => 0}, dyno: 'web.1', since: 1000, now: 1010)
      'ok'
    rescue Heapdump::Envelope::Rejected => error
      error.message
    end
    puts JSON.generate(outcomes)
    `,
    null,
  )
  expect(outcomes).toEqual([
    'it is older than this dyno: compare the clocks of dyno and laptop, or try again',
    'ok',
    'ok',
  ])
})

it('the agent warns about a short secret and about http', async () => {
  const logged = await askRuby<string[]>(
    `
    require 'stringio'
    require 'agent'
    require 'heapdump/leader'
    require 'heapdump/log'
    logged = [['x' * 31, 'http://store.example'], ['x' * 32, 'http://127.0.0.1:9000'], ['x' * 31 + ' ', 'https://store.example'], [nil, nil]].map do |secret, endpoint|
      %i[secret endpoint].each { |kind| Heapdump::Log.forget(kind) }
      $stderr = StringIO.new
      configuration = Heapdump::Configuration.new('HEAPDUMP_SECRET' => secret, 'AWS_ENDPOINT_URL_S3' => endpoint)
      Heapdump::Leader.allocate.send(:warn_of, configuration)
      $stderr.string
    ensure
      $stderr = STDERR
    end
    puts JSON.generate(logged)
    `,
    null,
  )
  const secret =
    '[heapdump] HEAPDUMP_SECRET has fewer than 32 characters: anyone who can run SQL could find it by brute force\n'
  expect(logged).toEqual([
    `${secret}[heapdump] AWS_ENDPOINT_URL_S3 is http://: dumps can be read in transit\n`,
    '',
    secret,
    '',
  ])
})

it('rejects oversized payloads before any other check', async () => {
  const kinds = await askRuby<string[]>(
    `
    require 'heapdump/envelope'
    envelope = Heapdump::Envelope.new('secret')
    kinds = [7_999, 8_000].map do |size|
      envelope.open('heapdump_web_1', 'x' * size)
    rescue Heapdump::Envelope::Rejected => error
      error.kind
    end
    puts JSON.generate(kinds)
    `,
    null,
  )
  expect(kinds).toEqual(['malformed', 'oversized'])
})

it('the agent listens on the channels that the plugin sends to', async () => {
  const names = await askRuby<string[]>(
    `
    require 'heapdump/envelope'
    puts JSON.generate(JSON.parse($stdin.read).map { |dyno| Heapdump::Envelope.channel_of(dyno) })
    `,
    channels.cases.map(one => one.dyno),
  )
  expect(names).toEqual(channels.cases.map(one => one.channel))
})

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html has these four, with their signatures.
const AWS_EXAMPLES = [
  {
    headers: {host: 'examplebucket.s3.amazonaws.com', range: 'bytes=0-9'},
    key: 'test.txt',
    method: 'GET',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    body: 'Welcome to Amazon S3.',
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      host: 'examplebucket.s3.amazonaws.com',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    key: 'test$file.text',
    method: 'PUT',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    headers: {host: 'examplebucket.s3.amazonaws.com'},
    key: '',
    method: 'GET',
    query: {lifecycle: ''},
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    headers: {host: 'examplebucket.s3.amazonaws.com'},
    key: '',
    method: 'GET',
    query: {'max-keys': '2', prefix: 'J'},
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
]

it('signs like the examples published by AWS', async () => {
  const signatures = await askRuby<string[]>(
    `
    require 'uploader/signer'
    signer = Heapdump::Signer.new(access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
                                  region: 'us-east-1')
    signatures = JSON.parse($stdin.read).map do |one|
      headers = signer.sign(one['method'], Heapdump::Signer.encode_path(one['key']), query: one.fetch('query', {}), headers: one['headers'],
                            body: one.fetch('body', ''), now: Time.utc(2013, 5, 24))
      headers['authorization'][/Signature=(\\h+)/, 1]
    end
    puts JSON.generate(signatures)
    `,
    AWS_EXAMPLES,
  )
  expect(signatures).toEqual(AWS_EXAMPLES.map(one => one.signature))
})
