// Servers and frameworks other than plain Puma, which fork, title and boot in their own ways. These tests need gems
// that a plain Debian lacks: scripts/rubies.js.
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {
  type EnabledApp,
  type EnabledAppOptions,
  bucketVars,
  ofType,
  startEnabledApp,
  trigger,
} from '../support/enabled-app.js'
import {startDyno} from '../support/dyno.js'
import {eventually} from '../support/eventually.js'
import {COUNTING_FORK, expectCounted, instancesOf} from '../support/independent-count.js'
import {type TestPostgres, freePort} from '../support/postgres.js'
import type {S3Double} from '../support/s3-double.js'
import {startTraffic} from '../support/traffic.js'
import {withServices} from '../support/with-services.js'

const RAILS = 'test/support/ruby/rails'
let postgres: TestPostgres
let s3: S3Double
let app: EnabledApp | null = null
withServices(started => ({postgres, s3} = started))
afterEach(async () => {
  await app?.stop()
  app = null
})

const start = async (options: Partial<EnabledAppOptions>) =>
  (app = await startEnabledApp({
    databaseUrl: postgres.url,
    s3,
    source: RAILS,
    ...options,
    vars: {RAILS_ENV: 'production', ...options.vars},
  }))

/** Expects dumps of exactly the processes with these names, without complaints from the agent or Ruby. */
async function dumpsOf(...names: string[]) {
  const events = await eventually(
    'all of them are dumped',
    async () => {
      const heard = await trigger(postgres.url, {force: true})
      return ofType(heard, 'accepted')[0]?.processes.length === names.length && heard
    },
    60,
  )
  expect(ofType(events, 'accepted')[0].processes.map(one => one.process)).toEqual(names)
  expect(events.at(-1)).toMatchObject({failed: 0, finished: names.length})
  expect(
    app?.lines.filter(
      line => /warning|deprecat|threads started before fork|the agent stopped/i.test(line) && /heapdump/i.test(line),
    ),
  ).toEqual([])
}

describe('Puma', () => {
  const version = spawnSync('puma', ['--version'], {encoding: 'utf8'}).stdout
  it.runIf(/ [5-9]\./.test(version))(
    'fork_worker: workers that were forked again from worker 0 are dumped',
    async () => {
      const source = 'test/support/ruby/app'
      const running = await start({source, vars: {FORK_WORKER: '1'}})
      await dumpsOf('puma worker 0', 'puma worker 1')
      const [first, second] = await running.members()
      const traffic = startTraffic(running.url, {perSecond: 20})
      process.kill(running.pid, 'SIGURG')
      await eventually('worker 0 has forked worker 1 again', async () => {
        const now = await running.members()
        return now.length === 2 && now.includes(first) && !now.includes(second)
      })
      await dumpsOf('puma worker 0', 'puma worker 1')
      await traffic.stop()
      expect(traffic.failures).toEqual([])
    },
  )

  it.each([
    ['single mode', 0, ['puma']],
    ['two workers', 2, ['puma worker 0', 'puma worker 1']],
  ])('%s: plain, redacted and traced dumps match independent counts', async (_, workers, names) => {
    const source = 'test/support/ruby/app'
    const vars = {EXTRA: `PLANTED = ['planted', 'text'].join(' ')\n${COUNTING_FORK}`, MARKERS: '12345'}
    const running = await start({source, vars, workers})
    for (const mode of ['plain', 'redacted', 'traced']) {
      const events = await trigger(postgres.url, {
        force: true,
        redact: mode === 'redacted',
        traceSeconds: mode === 'traced' ? 1 : 0,
      })
      expect(ofType(events, 'accepted')[0].processes.map(one => one.process)).toEqual(names)
      expect(events.at(-1)).toMatchObject({failed: 0, finished: names.length})
      for (const finished of ofType(events, 'finished')) {
        const records = expectCounted(running, s3, finished)
        expect(instancesOf(records, 'Marker')).toHaveLength(12_345)
        expect(records.some(record => record.value === 'planted text')).toBe(mode !== 'redacted')
        expect(records.some(record => record.file !== undefined)).toBe(mode === 'traced')
      }
    }
  })
})

describe('Rails', () => {
  const hasYjit = spawnSync('ruby', ['-e', 'exit(!defined?(RubyVM::YJIT).nil?)']).status === 0

  async function servesAndIsDumped(vars: Record<string, string>) {
    const {url} = await start({vars})
    await eventually(
      'Rails answers',
      () =>
        fetch(`${url}/up`).then(
          response => response.ok,
          () => false,
        ),
      60,
    )
    const traffic = startTraffic(url, {perSecond: 20})
    await dumpsOf('puma worker 0', 'puma worker 1')
    await traffic.stop()
    expect(traffic.failures).toEqual([])
    expect(traffic.latenciesMs.length).toBeGreaterThan(0)
  }

  it.each([
    ['Puma, two workers', {}],
    ['Puma, two workers, preload_app!', {PRELOAD: '1'}],
    ['with every warning on', {RUBYOPT: '-W:deprecated -W:experimental'}],
    ['with bootsnap', {BOOTSNAP_CACHE_DIR: 'tmp/cache'}],
  ])('%s', (_, vars: Record<string, string>) => servesAndIsDumped(vars))

  it.runIf(hasYjit)('with YJIT', () => servesAndIsDumped({RUBYOPT: '--yjit'}))

  it('with jemalloc, whose counters are in the memory record', async () => {
    s3.objects.clear()
    await start({vars: {LD_PRELOAD: 'libjemalloc.so.2'}})
    await dumpsOf('puma worker 0', 'puma worker 1')
    const records = [...s3.objects.keys()].filter(key => key.endsWith('.memory.json.gz'))
    expect(records).toHaveLength(2)
    for (const key of records) {
      const {allocator, settings, status} = JSON.parse(gunzipSync(s3.objects.get(key)!.body).toString())
      expect(allocator).toMatchObject({name: 'jemalloc', version: expect.stringMatching(/^5\./)})
      expect(allocator.error).toBeUndefined()
      // With pages that nobody has touched yet, such as stacks of threads, it can exceed the process's memory.
      expect(allocator.resident).toBeGreaterThanOrEqual(status.anon / 2)
      expect(allocator.active).toBeGreaterThanOrEqual(allocator.allocated)
      expect(allocator.resident).toBeGreaterThanOrEqual(allocator.active)
      expect(settings.LD_PRELOAD).toBe('libjemalloc.so.2')
    }
  })

  it('rails runner: a long-running one can be dumped', async () => {
    await start({command: ['ruby', 'bin/rails', 'runner', 'puts "ran #{1 + 1}"; $stdout.flush; sleep'], workers: 1})
    expect(app?.lines).toContain('ran 2')
    await dumpsOf('rails')
  })

  /** A console in the app's slug, which gets these lines of Ruby, with pauses. */
  const startConsole = (running: EnabledApp, dyno: string, lines: readonly string[]) =>
    startDyno({
      command: ['bash', '-c', '(for line; do sleep 2; echo "$line"; done) | ruby bin/rails console', '-', ...lines],
      dyno,
      slug: running.slug,
      vars: {
        ...bucketVars(s3),
        DATABASE_URL: postgres.url,
        HEAPDUMP_GRACE: '0.2',
        RAILS_ENV: 'production',
        TMPDIR: running.temporary,
      },
    })
  // On stderr, because newer consoles do not flush stdout unless it is a terminal.
  const SAYS_AGENT = '$stderr.puts "agent: #{Thread.list.any? { |thread| thread.name == %(heapdump) }}."'

  it('rails server is dumped. A console says nothing about it; in a one-off dyno it has no agent', async () => {
    const running = await start({command: ['ruby', 'bin/rails', 'server', '-b', '127.0.0.1'], workers: 0})
    await dumpsOf('puma')
    const waits = 'sleep 0.1 until File.exist?("dumped"); $stderr.puts "sum #{40 + 2}."'
    const beside = await startConsole(running, 'web.1', [SAYS_AGENT, waits])
    const oneOff = await startConsole(running, 'run.1234', [SAYS_AGENT])
    try {
      await beside.saw(/agent: true\./, 60)
      // It shares the dyno's memory, so it is dumped like any process that outlives the grace period.
      await dumpsOf('puma', 'rails')
      await writeFile(join(running.slug, 'dumped'), '')
      await beside.saw(/sum 42\./)
      await oneOff.saw(/agent: false\./, 60)
      expect([...beside.lines, ...oneOff.lines].filter(line => line.includes('[heapdump]'))).toEqual([])
      await dumpsOf('puma')
    } finally {
      await Promise.all([beside.stop(), oneOff.stop()])
    }
  })

  // Unicorn's extensions are only built for Debian's default Ruby.
  const unicornRuns = spawnSync('unicorn', ['--version']).status === 0
  it.runIf(unicornRuns)('Unicorn, preloaded', async () => {
    await start({command: ['unicorn', '-c', 'config/unicorn.rb'], workers: 2})
    await dumpsOf('unicorn worker 0', 'unicorn worker 1')
  })
})

describe('Sidekiq', () => {
  let redis: ChildProcess
  let url = ''
  beforeAll(async () => {
    const port = await freePort()
    url = `redis://127.0.0.1:${port}/0`
    redis = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], {stdio: 'ignore'})
  })
  afterAll(() => redis?.kill())

  it('is dumped', async () => {
    await start({command: ['sidekiq', '-r', './nap.rb'], vars: {REDIS_URL: url}, workers: 1})
    await dumpsOf('sidekiq')
  })
})
