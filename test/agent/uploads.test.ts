import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {type ArmedApp, ofType, readStoredDump, startArmedApp, startBucket, trigger} from '../support/armed-app.js'
import {eventually} from '../support/eventually.js'
import {type TestPostgres, startPostgres} from '../support/postgres.js'
import {descriptorsOf, isAlive} from '../support/processes.js'
import type {Fault} from '../support/s3/faults.js'
import type {S3Double} from '../support/s3-double.js'
import {type Traffic, startTraffic} from '../support/traffic.js'

let postgres: TestPostgres
let s3: S3Double
let app: ArmedApp
let traffic: Traffic
beforeAll(async () => {
  postgres = await startPostgres()
  s3 = await startBucket()
  app = await startArmedApp({databaseUrl: postgres.url, s3, vars: {BALLAST_MB: '14'}})
})
afterAll(async () => {
  await app?.stop()
  await postgres?.stop()
  await s3?.stop()
})
beforeEach(() => {
  s3.objects.clear()
  s3.requests.length = 0
  traffic = startTraffic(app.url, {perSecond: 20})
})

const dumps = () => [...s3.objects.keys()].filter(key => key.endsWith('.json.gz'))
const uploaders = () => app.processes().filter(one => one.command.includes('uploader.rb'))

afterEach(async () => {
  s3.faults.clear()
  await traffic.stop()
  expect(traffic.failures).toEqual([])
  // Whatever the test did, nothing of it is left, and the next dump succeeds.
  await eventually('only Puma is left', () => app.processes().every(one => one.command.startsWith('puma')))
  expect(s3.uploads.size).toBe(0)
  const before = (await app.members()).map(pid => descriptorsOf(pid).length)
  const events = await trigger(postgres.url)
  expect(events.at(-1)).toMatchObject({failed: 0, finished: 2})
  await eventually('as many descriptors as before', async () => {
    const now = (await app.members()).map(pid => descriptorsOf(pid).filter(path => !path.startsWith('socket:')).length)
    return now.length === before.length && now.every((count, index) => count <= before[index])
  })
})

describe('a bucket that says no', () => {
  it.each<[string, Fault, string]>([
    ['403', {code: 'AccessDenied', operation: 'CreateMultipartUpload', status: 403, times: Infinity}, 'S3 said 403 AccessDenied'],
    ['no such bucket', {code: 'NoSuchBucket', operation: 'CreateMultipartUpload', status: 404, times: Infinity}, 'S3 said 404 NoSuchBucket'],
    ['403 in mid-upload', {code: 'AccessDenied', operation: 'UploadPart', skip: 1, status: 403, times: Infinity}, 'S3 said 403 AccessDenied'],
    ['403 at the end', {code: 'AccessDenied', operation: 'CompleteMultipartUpload', status: 403, times: Infinity}, 'S3 said 403 AccessDenied'],
  ])('%s: failed, no object, no upload left', async (_, fault, message) => {
    s3.faults.add(fault)
    const events = await trigger(postgres.url)
    s3.faults.clear()
    expect(ofType(events, 'failed').map(({code, message: said}) => ({code, message: said}))).toEqual([
      {code: 'upload_failed', message},
      {code: 'upload_failed', message},
    ])
    expect(events.at(-1)).toMatchObject({failed: 2, finished: 0, type: 'done'})
    expect(dumps()).toEqual([])
  })
})

describe('a bucket that has a bad moment', () => {
  it.each<[string, Fault]>([
    ['503, then 200', {code: 'SlowDown', operation: 'UploadPart', status: 503, times: 2}],
    ['503 on beginning', {code: 'SlowDown', operation: 'CreateMultipartUpload', status: 503}],
    ['500 on completing', {code: 'InternalError', operation: 'CompleteMultipartUpload', status: 500}],
    ['a connection reset in mid-upload', {operation: 'UploadPart', resetAfterBytes: 1_000_000, times: 2}],
    ['a slow answer', {delayMs: 1000, operation: 'UploadPart', times: 2}],
  ])('%s: the dumps are stored', async (_, fault) => {
    s3.faults.add(fault)
    const events = await trigger(postgres.url)
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 2, type: 'done'})
    for (const {key, objects} of ofType(events, 'finished')) expect(readStoredDump(s3, key).length).toBeGreaterThanOrEqual(objects)
    expect(dumps()).toHaveLength(2)
    expect(s3.requests.some(one => one.status === (fault.status ?? 0) || fault.delayMs !== undefined)).toBe(true)
  })
})

describe('killed in mid-dump', () => {
  /** Uploads of the first process take 3 s for their first part. */
  const hangInUpload = () => s3.faults.add({delayMs: 3000, operation: 'UploadPart'})

  it('the uploader: failed, its upload is aborted', async () => {
    hangInUpload()
    let killed = 0
    const events = await trigger(postgres.url, {
      async onEvent({type}) {
        if (type !== 'dumping' || killed > 0) return
        const {pid} = await eventually('an upload has begun', () => s3.uploads.size > 0 && uploaders()[0])
        process.kill((killed = pid), 'SIGKILL')
      },
    })
    expect(ofType(events, 'failed').map(({code, message}) => ({code, message}))).toEqual([
      {code: 'upload_failed', message: 'the uploader was killed by SIGKILL'},
    ])
    expect(events.at(-1)).toMatchObject({failed: 1, finished: 1})
    expect(dumps()).toHaveLength(1)
  })

  it('the child that dumps: failed, no half dump', async () => {
    hangInUpload()
    let killed = 0
    const events = await trigger(postgres.url, {
      async onEvent(event) {
        if (event.type !== 'dumping' || killed > 0) return
        await eventually('an upload has begun', () => s3.uploads.size > 0)
        const child = await eventually('the child', () => app.processes().find(one => one.parent === event.pid && !one.command.includes('uploader.rb')))
        process.kill((killed = child.pid), 'SIGKILL')
      },
    })
    expect(ofType(events, 'failed').map(({code, message}) => ({code, message}))).toEqual([
      {code: 'dump_failed', message: 'the dumping child was killed by SIGKILL'},
    ])
    expect(events.at(-1)).toMatchObject({failed: 1, finished: 1})
    expect(dumps()).toHaveLength(1)
  })
})

describe('a worker killed in mid-dump', () => {
  it.each([
    ['that leads', true],
    ['that does not lead', false],
  ])('%s: failed, no object, no upload; the other one is dumped', async (_, leads) => {
    s3.faults.add({delayMs: 3000, operation: 'UploadPart', times: 2})
    const leader = app.leader()
    let killed = 0
    const events = await trigger(postgres.url, {
      async onEvent(event) {
        if (event.type !== 'dumping' || killed > 0 || (event.pid === leader) !== leads) return
        await eventually('an upload has begun', () => s3.uploads.size > 0)
        // The requests this worker has in hand are Puma's to lose, not ours.
        await traffic.pause()
        process.kill((killed = event.pid), 'SIGKILL')
        await eventually('Puma has another worker', async () => !isAlive(killed) && (await app.members()).length === 2)
        traffic.resume()
      },
    })
    expect(killed).toBeGreaterThan(0)
    expect(ofType(events, 'failed').map(({code, pid}) => ({code, pid}))).toEqual([{code: 'process_gone', pid: killed}])
    expect(events.at(-1)).toMatchObject({failed: 1, finished: 1, type: 'done'})
    expect(dumps()).toHaveLength(1)
    await eventually('its child and uploader end', () => app.processes().every(one => one.command.startsWith('puma')))
    await eventually('its upload is aborted', () => s3.uploads.size === 0)
  })
})
