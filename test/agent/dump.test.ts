import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {
  type EnabledApp,
  countObjects,
  ofType,
  readStoredDump,
  storedDumps,
  startEnabledApp,
  trigger,
} from '../support/enabled-app.js'
import {parseFacts, readHistory} from '../../src/lib/process-history.js'
import {COUNTING_FORK, expectCounted, instancesOf} from '../support/independent-count.js'
import type {TestPostgres} from '../support/postgres.js'
import type {S3Double} from '../support/s3-double.js'
import {startTraffic} from '../support/traffic.js'
import {withServices} from '../support/with-services.js'

let postgres: TestPostgres
let s3: S3Double
withServices(started => ({postgres, s3} = started))

describe('two Puma workers', () => {
  let app: EnabledApp
  beforeAll(async () => {
    app = await startEnabledApp({
      databaseUrl: postgres.url,
      s3,
      vars: {BALLAST_MB: '16', EXTRA: COUNTING_FORK, HEROKU_RELEASE_VERSION: 'v214', MARKERS: '12345'},
    })
  })
  afterAll(() => app?.stop())

  it('are both dumped completely, while every request is answered', async () => {
    const traffic = startTraffic(app.url)
    const events = await trigger(postgres.url)
    const {failed, served} = await traffic.stop()
    expect(traffic.failures).toEqual([])
    expect(failed).toBe(0)
    expect(served).toBeGreaterThan(20)

    const [accepted] = ofType(events, 'accepted')
    const workers = await app.members()
    expect(accepted.processes.map(one => one.pid)).toEqual(workers.toSorted((a, b) => a - b))
    expect(accepted.processes.map(one => one.process)).toEqual(['puma worker 0', 'puma worker 1'])
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 2, type: 'done'})
    expect(ofType(events, 'uploading').length).toBeGreaterThan(0)

    for (const finished of ofType(events, 'finished')) {
      expect(instancesOf(expectCounted(app, s3, finished), 'Marker')).toHaveLength(12_345)
      expect(finished.stallMs).toBeGreaterThan(0)
      expect(finished.stallMs).toBeLessThan(1000)
      expect(ofType(events, 'dumping').find(one => one.pid === finished.pid)?.stallMs).toBe(finished.stallMs)
      expect(finished.key).toMatch(
        new RegExp(`^heapdump/v1/\\d{8}T\\d{6}Z-web\\.1-${finished.pid}-${finished.id}\\.json\\.gz$`),
      )
    }

    for (const pid of workers) expect(app.lines).toContain(`collections of ${pid} off: false`)
    expect(await (await fetch(`${app.url}/gc-off`)).text()).toBe('false')
    expect(s3.uploads.size).toBe(0)
    expect(s3.requests.some(one => one.operation === 'CompleteMultipartUpload')).toBe(true)
  })

  it('each have the facts stored with their dump', async () => {
    const dumps = storedDumps(s3)
    for (const key of dumps) {
      const stem = key.replace(/\.json\.gz$/, '')
      const [facts] = [...s3.objects.keys()].filter(one => one.startsWith(`${stem},`))
      // Depends on whether the machine has a memory limit.
      const {
        quota: _quota,
        used: _used,
        ...values
      } = Object.fromEntries(
        facts
          .slice(stem.length + 1, -'.facts'.length)
          .split(',')
          .map(pair => pair.split('=')),
      )
      const records = readStoredDump(s3, key)
      expect(values).toEqual({
        boot: expect.stringMatching(/^\d{10}$/),
        bytes: expect.stringMatching(/^\d+$/),
        dumps: '0',
        grown: expect.stringMatching(/^\d+$/),
        growndumping: expect.stringMatching(/^\d+$/),
        heapbytes: expect.stringMatching(/^\d{7,}$/),
        mallocfree: expect.stringMatching(/^\d+$/),
        objects: String(countObjects(records)),
        process: expect.stringMatching(/^puma_worker_[01]$/),
        redacted: '0',
        release: 'v214',
        rss: expect.stringMatching(/^\d{7,}$/),
        ruby: expect.stringMatching(/^\d\.\d+\.\d+$/),
        stackbytes: expect.stringMatching(/^\d+$/),
        stall: expect.stringMatching(/^\d+$/),
        traced: '0',
      })
      const body = JSON.parse(s3.objects.get(facts)?.body.toString() ?? '')
      expect(body).toMatchObject({gc: {count: expect.any(Number)}, objects: countObjects(records)})
      expect(Number(values.bytes)).toBe(body.bytes)
      // The worker's own history, since its fork: the master is older.
      const history = readHistory(parseFacts(s3.objects.get(facts)!.body.toString()))!
      expect(Math.abs(Date.now() / 1000 - history.bootedAt - history.seconds)).toBeLessThan(60)
      expect(history.points.length).toBeGreaterThan(0)
      expect(history.points[0].rssBytes).toBeGreaterThan(10e6)
      expect(history.gcAtBoot).toBeLessThanOrEqual(history.gcAtDump!)
      expect(history.oldNow).toBeGreaterThan(1000)
    }

    expect(dumps).toHaveLength(2)
  })

  it('keep objects reachable that only the stack of another thread holds', async () => {
    const [key] = storedDumps(s3)
    expect(instancesOf(readStoredDump(s3, key), 'Heapdump::ThreadStack').length).toBeGreaterThan(3)
  })
})
