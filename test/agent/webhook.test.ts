// A rule tells its webhook what it has dumped: against a real server, which fails, hangs, and looks for secrets.
import {createHmac} from 'node:crypto'
import {createServer, type IncomingHttpHeaders, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {dotenv} from '../support/stage.js'
import {idOf} from '../support/bucket.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {SECRET, startBackstage} from '../support/ask-agent.js'
import {eventually} from '../support/eventually.js'
import {runPlugin} from '../support/run-plugin.js'
import {runRuby, runRubyBeside} from '../support/run-ruby.js'

type Received = {readonly method: string; readonly headers: IncomingHttpHeaders; readonly body: string}
type Answer = (response: ServerResponse) => unknown

const received: Received[] = []
/** One for each request; then 200. */
const answers: Answer[] = []
const status =
  (code: number): Answer =>
  response =>
    response.writeHead(code).end()
const server = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => (body += chunk))
  request.on('end', () => {
    received.push({body, headers: request.headers, method: `${request.method} ${request.url}`})
    const answer = answers.shift() ?? status(200)
    answer(response)
  })
})
let url: string

beforeAll(async () => {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/secret-of-the-url`
})
afterEach(() => {
  received.length = 0
  answers.length = 0
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** As docs/automatic.md tells a receiver to check it. */
function isSigned({body, headers}: Received): boolean {
  const key = createHmac('sha256', SECRET).update('heroku-heapdump webhook 1').digest('hex')
  const [, time = '', signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['heapdump-signature'])) ?? []
  return signature === createHmac('sha256', key).update(`${time}.${body}`).digest('hex')
}

describe('a message', () => {
  const KEY = 'heapdump/v1/20261124T081200Z-web.1-14-k3f9q2m8x1.json.gz'
  const order = {
    app: 'shop',
    dumps: [KEY],
    dyno: 'web.1',
    failed: [],
    key: createHmac('sha256', SECRET).update('heroku-heapdump webhook 1').digest('hex'),
    reason: 'memory is 450 MB, above 410 MB for 3 samples',
    release: 'v214',
    rule: 'memory',
  }

  /** The report, and the pauses between tries. */
  const deliver = (changes: object = {}) =>
    runRubyBeside<{report: object; pauses: number[]}>(
      ['uploader/webhook'],
      `webhook = Heapdump::Webhook.new(INPUT)
       pauses = []
       webhook.define_singleton_method(:sleep) { |seconds| pauses << seconds }
       answer('report' => webhook.deliver, 'pauses' => pauses)`,
      {...order, url, ...changes},
    )

  it('says what happened and what to type, signed, as Slack takes it', async () => {
    expect(await deliver()).toEqual({pauses: [], report: {type: 'posted'}})
    const [message] = received
    expect(message.method).toBe('POST /services/T0/secret-of-the-url')
    expect(message.headers['content-type']).toBe('application/json')
    expect(JSON.parse(message.body)).toEqual({
      text:
        '⬢ shop web.1 (v214): memory is 450 MB, above 410 MB for 3 samples. ' +
        `Rule memory dumped its process: ${idOf(KEY)}.\n\`heroku heapdump:analyze ${idOf(KEY)} -a shop\``,
    })
    expect(isSigned(message)).toBe(true)
    expect(isSigned({...message, body: message.body.replace('450', '451')})).toBe(false)
  })

  it('is sent again, with longer and longer pauses, while the server fails', async () => {
    answers.push(status(503), response => response.socket?.resetAndDestroy(), status(429))
    expect(await deliver()).toEqual({pauses: [1, 5, 25], report: {type: 'posted'}})
    expect(received.map(isSigned)).toEqual([true, true, true, true])
  })

  it('is given up at a final answer, or after five tries, without naming the URL', async () => {
    answers.push(status(404))
    expect(await deliver()).toEqual({pauses: [], report: {message: 'it returned 404', type: 'failed'}})
    const nowhere = await deliver({url: 'http://127.0.0.1:1/secret-of-the-url'})
    expect(nowhere.pauses).toEqual([1, 5, 25, 60])
    expect(nowhere.report).toEqual({message: 'it could not be reached: Errno::ECONNREFUSED', type: 'failed'})
  })

  it('follows no redirect, and reads no endless answer', async () => {
    answers.push(
      response => response.writeHead(302, {location: '/elsewhere'}).end(),
      response => response.writeHead(200).write('x'.repeat(100_000)),
    )
    expect((await deliver()).report).toMatchObject({message: 'it returned 302'})
    expect((await deliver()).report).toEqual({type: 'posted'})
    expect(received).toHaveLength(2)
  })

  it('names several dumps, and those that failed', () => {
    const text = runRuby<string>(['uploader/webhook'], 'answer(Heapdump::Webhook.new(INPUT).text)', {
      ...order,
      app: null,
      dumps: [KEY, KEY.replace('-14-', '-17-')],
      failed: ['no_room'],
      release: null,
      url,
    })
    expect(text).toMatch(/^web\.1: memory .* dumped 2 processes: d\w{5}, d\w{5}; 1 failed \(no_room\)\./)
    expect(text).toMatch(/\n`heroku heapdump:analyze d\w{5} d\w{5}`$/)
  })
})

it('goes over https only, except to this machine', () => {
  const URLS = [
    'https://hooks.slack.com/services/T0/B0/x',
    'http://localhost:3000/hook',
    'http://127.0.0.1/hook',
    'http://hooks.slack.com/services',
    'http://localhost.evil.example/hook',
    'https://user@evil.example/',
    'ftp://localhost/',
    'https://a.example/ x',
  ]
  const kept = runRuby<Array<string | null>>(
    ['heapdump/log', 'heapdump/rule'],
    `$stderr = File.open(File::NULL, 'w')
     answer(INPUT.map do |url|
       rule = {'name' => 'high', 'trigger' => {'type' => 'schedule', 'every' => '1h'}, 'webhook' => {'url' => url}}
       Heapdump::Rule.parse(rule).webhook_url
     end)`,
    URLS,
  )
  expect(kept).toEqual([...URLS.slice(0, 3), null, null, null, null, null])
})

describe('an enabled dyno', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'heapdump-webhook-'))
  let backstage: Awaited<ReturnType<typeof startBackstage>>
  let ruby: EnabledRuby
  beforeAll(async () => {
    backstage = await startBackstage()
    writeFileSync(join(scratch, 'env'), dotenv(backstage.env))
  })
  afterEach(() => ruby?.stop())
  afterAll(async () => {
    rmSync(scratch, {force: true, recursive: true})
    await backstage?.stop()
  })
  const cli = (...args: string[]) => runPlugin([...args, '--env', join(scratch, 'env')])

  it('posts after a dump by a rule, and a webhook that hangs delays nothing', async () => {
    const hung: ServerResponse[] = []
    answers.push(response => hung.push(response))
    const env = {...backstage.env, HEAPDUMP_SAMPLE_SECONDS: '0.2'}
    ruby = await startEnabledRuby({env, script: 'KEPT = "a string of the app " * 1000; sleep'})
    const added = await cli(
      'heapdump:schedule:add',
      '--memory',
      '1MB',
      '--name',
      'high',
      '--cooldown',
      '1s',
      '--webhook',
      url,
    )
    expect(added).toMatchObject({code: 0, stderr: ''})

    await eventually('a message', () => hung.length === 1)
    // The first message is still on its way.
    await eventually('the second dump and its message', () => received.length === 2)
    await ruby.says('rule high: posted to its webhook')
    for (const message of received) {
      expect(isSigned(message)).toBe(true)
      const {text} = JSON.parse(message.body) as {text: string}
      expect(text).toMatch(
        /^web\.1: memory is \d+ MB, above 1 MB for 3 samples\. Rule high dumped its process: d\w{5}\.\n/,
      )
      const everything = JSON.stringify(message)
      const {AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY} = backstage.env
      for (const secret of [SECRET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, 'a string of the app', 'postgres://'])
        expect(everything).not.toContain(secret)
    }

    expect(ruby.log()).not.toContain('secret-of-the-url')
    const listed = await cli('heapdump:schedule:list')
    expect(listed.stdout).toContain('127.0.0.1')
    const json = await cli('heapdump:schedule:list', '--json')
    expect(listed.stdout + json.stdout).not.toContain('secret-of-the-url')
    expect(JSON.parse(json.stdout)[0].webhook.url).toBe(`${new URL(url).origin}/…`)
  })
})
