import {spawnSync} from 'node:child_process'
import {dirname, join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {askAgents} from '../../src/lib/agent/ask-agents.js'
import {requestDump} from '../../src/lib/agent/request-dump.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import {
  type EnabledApp,
  type DumpRecord,
  CREDENTIALS,
  bucketVars,
  connect,
  ofType,
  readStoredDump,
  storedDumps,
  startEnabledApp,
  trigger,
} from '../support/enabled-app.js'
import {AGENT, startEnabledRuby} from '../support/enabled-ruby.js'
import {parseFacts, readHistory} from '../../src/lib/process-history.js'
import {deriveKey} from '../../src/lib/protocol/envelope.js'
import {encodeRules, RULES_KEY} from '../../src/lib/protocol/rules.js'
import {eventually} from '../support/eventually.js'
import type {TestPostgres} from '../support/postgres.js'
import type {S3Double} from '../support/s3-double.js'
import {runRuby} from '../support/run-ruby.js'
import {startTraffic} from '../support/traffic.js'
import {withServices} from '../support/with-services.js'

const PRETEND = join(import.meta.dirname, 'ruby/pretend.rb')

let postgres: TestPostgres
let s3: S3Double
let app: EnabledApp
withServices(started => ({postgres, s3} = started))
afterEach(() => app?.stop())

/** Logs a line when a process starts, stops or clears tracing. */
const LOG_TRACING = `
  require 'objspace'
  class << ObjectSpace
    prepend(Module.new do
      def trace_object_allocations_start; $stderr.write("tracing started #{Process.pid}\\n"); super; end
      def trace_object_allocations_stop; $stderr.write("tracing stopped #{Process.pid}\\n"); super; end
      def trace_object_allocations_clear; $stderr.write("tracing cleared #{Process.pid}\\n"); super; end
    end)
  end
`
const tracedAt = (records: readonly DumpRecord[]) =>
  records.filter(
    ({file, line, value}) => String(file).endsWith('config.ru') && line === 22 && String(value).startsWith('kept '),
  )
const factOf = (key: string) => [...s3.objects.keys()].find(one => one.startsWith(key.replace('.json.gz', ',')))

describe('a tracing window', () => {
  it('is open for the requested time in every process, and the dumps have allocation sites', async () => {
    app = await startEnabledApp({databaseUrl: postgres.url, s3, vars: {EXTRA: LOG_TRACING}})
    const traffic = startTraffic(app.url, {path: '/allocate', perSecond: 20})
    let tracedSince = 0
    let dumpedAfterMs = 0
    const events = await trigger(postgres.url, {
      onEvent({type}) {
        if (type === 'tracing') tracedSince = Date.now()
        if (type === 'dumping' && dumpedAfterMs === 0) dumpedAfterMs = Date.now() - tracedSince
      },
      traceSeconds: 3,
    })
    await traffic.stop()
    expect(traffic.failures).toEqual([])
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 2})
    const [tracing] = ofType(events, 'tracing')
    expect(tracing.until).toBeGreaterThan(Date.now() / 1000 - 60)
    // 3 s less up to one: the window ends on a whole second of the clock.
    expect(dumpedAfterMs).toBeGreaterThan(1900)
    for (const {key} of ofType(events, 'finished')) {
      expect(tracedAt(readStoredDump(s3, key)).length).toBeGreaterThanOrEqual(500)
      expect(factOf(key)).toContain(',traced=3,')
      const {gcAtBoot, gcAtDump, gcAtTracing} = readHistory(parseFacts(s3.objects.get(factOf(key)!)!.body.toString()))!
      expect(gcAtTracing).toBeGreaterThanOrEqual(gcAtBoot!)
      expect(gcAtTracing).toBeLessThan(gcAtDump!)
    }

    const members = await app.members()
    for (const pid of members) {
      for (const change of ['started', 'stopped', 'cleared'])
        expect(app.lines.filter(line => line === `tracing ${change} ${pid}`)).toHaveLength(1)
    }
  })

  it('ends, and the dump is taken, even if the requester is gone', async () => {
    app = await startEnabledApp({databaseUrl: postgres.url, s3, vars: {EXTRA: LOG_TRACING}})
    s3.objects.clear()
    const connection = await connect(postgres.url)
    for await (const event of requestDump(connection, {
      answerTimeoutMs: 20_000,
      dyno: 'web.1',
      id: newRequestId(),
      secret: CREDENTIALS.secretAccessKey,
      traceSeconds: 2,
    })) {
      if (event.type === 'tracing') break
    }

    await connection.close()
    await eventually(
      'both have stopped',
      () => app.lines.filter(line => line.startsWith('tracing stopped')).length === 2,
    )
    await eventually('both are dumped', () => storedDumps(s3).length === 2)
    for (const key of storedDumps(s3)) expect(readStoredDump(s3, key).length).toBeGreaterThan(1000)
  })

  it('ends even if the leader is killed during it', async () => {
    app = await startEnabledApp({databaseUrl: postgres.url, s3, vars: {EXTRA: LOG_TRACING}, workers: 3})
    s3.objects.clear()
    const leader = app.leader()
    const events = await trigger(postgres.url, {
      onEvent({type}) {
        if (type === 'tracing') process.kill(leader, 'SIGKILL')
      },
      traceSeconds: 4,
    })
    expect(ofType(events, 'failed').map(({code, pid}) => ({code, pid}))).toEqual([{code: 'process_gone', pid: leader}])
    expect(events.at(-1)).toMatchObject({failed: 1, finished: 2, type: 'done'})
    for (const {pid} of ofType(events, 'finished')) expect(app.lines).toContain(`tracing stopped ${pid}`)
  })
})

it('does not go on in a process that forks while a window is open', async () => {
  const script = `
    require 'objspace'
    sleep 0.02 until ObjectSpace.allocation_sourcefile(Object.new)
    before = Object.new
    traced = -> { [before, Object.new].map { |one| ObjectSpace.allocation_sourcefile(one) ? 'traced' : 'not' }.join(' ') }
    Process.wait(fork { print "child: #{traced.call}, " })
    puts "parent: #{traced.call}"
    $stdout.flush
    sleep`
  const ruby = await startEnabledRuby({env: {...bucketVars(s3), DATABASE_URL: postgres.url}, script})
  try {
    const events = await trigger(postgres.url, {traceSeconds: 3})
    await ruby.says('child: not not, parent: traced traced')
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 1})
  } finally {
    await ruby.stop()
  }
})

it('HEAPDUMP_TRACE=boot traces from the app’s first line, and a window changes nothing', async () => {
  app = await startEnabledApp({
    databaseUrl: postgres.url,
    s3,
    vars: {EXTRA: LOG_TRACING, HEAPDUMP_TRACE: 'boot'},
    workers: 1,
  })
  for (const traceSeconds of [0, 1]) {
    const [finished] = ofType(await trigger(postgres.url, {traceSeconds}), 'finished')
    const records = readStoredDump(s3, finished.key)
    expect(factOf(finished.key)).toContain(',traced=boot,')
    // Allocated while the app booted.
    expect(
      records.filter(({file, line}) => String(file).endsWith('config.ru') && line === 9).length,
    ).toBeGreaterThanOrEqual(1000)
  }

  expect(app.lines.filter(line => /^tracing (stopped|cleared)/.test(line))).toEqual([])
})

const ractors = spawnSync('ruby', ['-e', 'exit(!defined?(Ractor).nil?)']).status === 0

it.runIf(ractors)('an app with Ractors is dumped, and traced where Ruby survives that', async () => {
  const script = `
    $VERBOSE = nil
    ended = Ractor.new { 1 }
    ended.respond_to?(:value) ? ended.value : ended.take
    KEEPER = Ractor.new { kept = Array.new(1000) { |number| "kept #{number}" }; loop { sleep 0.01; kept.size } }
    puts "Ruby #{RUBY_VERSION}."
    $stdout.flush
    sleep`
  const ruby = await startEnabledRuby({env: {...bucketVars(s3), DATABASE_URL: postgres.url}, script})
  try {
    const [finished] = ofType(await trigger(postgres.url), 'finished')
    const kept = readStoredDump(s3, finished.key).filter(({value}) => /^kept \d+$/.test(String(value)))
    expect(kept).toHaveLength(1000)
    const events = await trigger(postgres.url, {traceSeconds: 1})
    const version = /Ruby ([\d.]+)\./.exec(ruby.log())?.[1] ?? ''
    const message = `Ruby ${version} can crash while it traces allocations in a process with Ractors`
    if (/^3\.(0\.|1\.[0-3]$)/.test(version)) expect(events).toMatchObject([{code: 'no_tracing', message}])
    else expect(events.at(-1)).toMatchObject({failed: 0, finished: 1})
  } finally {
    await ruby.stop()
  }
})

describe('a Ruby that can crash while it traces', () => {
  const REASON = 'Ruby 3.2.2 can crash while it traces allocations'

  it('is one of 3.2.0 to 3.2.2, and with Ractors one of 3.0 to 3.1.3', () => {
    const versions = [
      '2.7.4',
      '3.0.6',
      '3.1.2',
      '3.1.3',
      '3.1.4',
      '3.1.10',
      '3.2.0',
      '3.2.2',
      '3.2.3',
      '3.2.10',
      '3.3.0',
    ]
    const refused = runRuby<string[][]>(
      [],
      `$VERBOSE = nil
       lists = INPUT['versions'].map do |version|
         RUBY_VERSION = version
         INPUT['files'].each { |file| load(file) }
         [Heapdump::NO_TRACING && version, Heapdump::Tracing::FEARS_RACTORS && version]
       end
       answer(lists.transpose.map { |list| list.select(&:itself) })`,
      {files: [AGENT, join(dirname(AGENT), 'heapdump/tracing.rb')], versions},
    )
    expect(refused).toEqual([
      ['3.2.0', '3.2.2'],
      ['3.0.6', '3.1.2', '3.1.3'],
    ])
  })

  it('is never traced: not for a person, not from boot, not by a rule, and dumps without sites', async () => {
    const rules = [{limits: {perDay: 1}, name: 'high', trace: '5s', trigger: {above: '1MB', type: 'memory'}}] as const
    s3.objects.clear()
    s3.seed([{body: encodeRules({at: 1, rules}, deriveKey(CREDENTIALS.secretAccessKey)), key: RULES_KEY}])
    const ruby = await startEnabledRuby({
      env: {
        DATABASE_URL: postgres.url,
        HEAPDUMP_SAMPLE_SECONDS: '0.2',
        HEAPDUMP_TRACE: 'boot',
        PRETEND: 'ruby 3.2.2',
        RUBYOPT: `-r${PRETEND} -r${AGENT}`,
        ...bucketVars(s3),
      },
      script: 'KEPT = Array.new(1000) { |number| "kept #{number}" }; sleep',
    })
    try {
      await ruby.says('dumped process')
      const [byRule] = [...s3.objects.keys()].filter(key => key.endsWith('.facts'))
      expect(byRule).toMatch(/,traced=0,.*,by=high/)
      const hint =
        'Update Ruby to 3.2.3 or later, or dump without --trace: heroku heapdump:trigger --app shop --dyno web.1'
      const target = ['--app', 'shop']
      const connection = await connect(postgres.url)
      await expect(
        askAgents(connection, {
          answerTimeoutMs: 20_000,
          dyno: 'web.1',
          question: {traceSeconds: 5, type: 'trace_start'},
          secret: CREDENTIALS.secretAccessKey,
          target,
        }),
      ).rejects.toMatchObject({code: 'no_tracing', hint, message: `web.1: ${REASON}`})
      await connection.close()
      expect(await trigger(postgres.url, {force: true, traceSeconds: 3})).toEqual([
        expect.objectContaining({code: 'no_tracing', message: REASON, pid: null, type: 'failed'}),
      ])
      const [finished] = ofType(await trigger(postgres.url), 'finished')
      const records = readStoredDump(s3, finished.key)
      expect(records.filter(({value}) => String(value).startsWith('kept ')).length).toBeGreaterThanOrEqual(1000)
      expect(records.filter(({file}) => file !== undefined)).toEqual([])
      expect(ruby.log().match(/.*\btrac.*/g)).toEqual([
        `[heapdump] not tracing from boot: ${REASON}; update Ruby`,
        `[heapdump] rule high: dumping without tracing: ${REASON}; update Ruby`,
      ])
    } finally {
      await ruby.stop()
    }
  })
})
