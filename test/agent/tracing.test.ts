import {afterEach, describe, expect, it} from 'vitest'
import {requestDump} from '../../src/lib/agent/request-dump.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import {
  type EnabledApp,
  type DumpRecord,
  CREDENTIALS,
  connect,
  ofType,
  readStoredDump,
  startEnabledApp,
  trigger,
} from '../support/enabled-app.js'
import {parseFacts, readHistory} from '../../src/lib/process-history.js'
import {eventually} from '../support/eventually.js'
import type {TestPostgres} from '../support/postgres.js'
import type {S3Double} from '../support/s3-double.js'
import {startTraffic} from '../support/traffic.js'
import {withServices} from '../support/with-services.js'

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
    await eventually(
      'both are dumped',
      () => [...s3.objects.keys()].filter(key => key.endsWith('.json.gz')).length === 2,
    )
    for (const key of s3.objects.keys())
      if (key.endsWith('.json.gz')) expect(readStoredDump(s3, key).length).toBeGreaterThan(1000)
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
