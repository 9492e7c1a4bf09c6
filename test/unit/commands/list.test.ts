import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpList, {type ListResult} from '../../../src/commands/heapdump/list.js'
import {type TestBucket, idOf, openBucket, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'

let bucket: TestBucket
const list = (...args: string[]) => runCommand(HeapdumpList, ['--env', bucket.envFile, ...args])

beforeEach(async () => {
  bucket = await openBucket()
})
afterEach(() => bucket.close())

describe('heapdump:list', () => {
  it('shows the dumps, newest first, including those of the_lone_dyno and of a dead uploader', async () => {
    bucket.s3.seed([
      ...storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'),
      ...storedDump('20261124T091200Z-worker.2-7-a3f9q2m8x2', {facts: {process: 'sidekiq', traced: 0}}),
      ...storedDump('20261124T071200Z-web.1-9-b3f9q2m8x3', {facts: null}),
      {body: 'x'.repeat(500), key: '2026-11-24T10:22:26Z-process:878-heap.dump'},
      {body: 'a holiday', key: 'photos/beach.jpeg'},
      {body: 'another', key: 'beach.jpeg'},
    ])
    const {code, stdout} = await list()
    const ids = [
      '2026-11-24T10:22:26Z-process:878-heap.dump',
      'heapdump/v1/20261124T091200Z-worker.2-7-a3f9q2m8x2.json.gz',
      'heapdump/v1/20261124T081200Z-web.1-14-k3f9q2m8x1.json.gz',
      'heapdump/v1/20261124T071200Z-web.1-9-b3f9q2m8x3.json.gz',
    ].map(key => idOf(key))
    const rows = stdout.split('\n').filter(line => /^ d[0-9a-z]{5} /.test(line))
    expect(rows.map(row => row.slice(1, 7))).toEqual(ids)
    expect(rows[0]).toMatch(/–\s+–\s+–\s+–\s+500 B\s+\?$/)
    expect(rows[1]).toMatch(/worker\.2\s+sidekiq\s+52\.7 MB\s+64\.5k\s+\S+ kB\s+–$/)
    expect(rows[2]).toMatch(/web\.1\s+puma worker 0\s+52\.7 MB\s+64\.5k\s+\S+ kB\s+5 min$/)
    expect(stdout).toContain(`Next: heroku heapdump:analyze ${ids[0]} --env ${bucket.envFile}`)
    expect(stdout.split('\n')[1]).toMatch(/^ 4 dumps from 2026-11-24 07:12 to 2026-11-24 10:22 UTC, \S+ kB stored\.$/)
    expect(stdout).not.toContain('beach')
    expect(code).toBe(0)
  })

  it('lists everything for scripts', async () => {
    bucket.s3.seed([
      ...storedDump('20261124T081200Z-web-848cd4f64d-pvpr2-14-k3f9q2m8x1'),
      {body: 'abc', key: '2026-01-14T19:22:26Z-process:878-heap.dump'},
    ])
    const {stdout} = await list('--json')
    const key = 'heapdump/v1/20261124T081200Z-web-848cd4f64d-pvpr2-14-k3f9q2m8x1.json.gz'
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        bytes: 16_000_000,
        complete: true,
        createdAt: '2026-11-24T08:12:00Z',
        dyno: 'web-848cd4f64d-pvpr2',
        id: idOf(key),
        key,
        objects: 64_507,
        pid: 14,
        process: 'puma worker 0',
        redacted: false,
        release: 'v214',
        traced: true,
        verdict: null,
      }),
      expect.objectContaining({
        createdAt: '2026-01-14T19:22:26Z',
        dyno: null,
        objects: null,
        pid: 878,
        process: null,
        redacted: null,
        traced: null,
      }),
    ])
  })

  it('says first which process grew most, and of each dump in JSON', async () => {
    const boot = 1_795_500_000
    bucket.s3.seed([
      ...storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1', {facts: {boot}}),
      ...storedDump('20261124T101200Z-web.1-14-k3f9q2m8x2', {facts: {boot, rss: 93_000_000}}),
    ])
    const [last, first] = JSON.parse((await list('--json')).stdout) as ListResult
    const said = `puma worker 0 on web.1 grew from 52.7 MB to 93.0 MB in 2 h, between ${first.id} and ${last.id}.`
    expect([last.verdict, first.verdict]).toEqual([said, null])
    const {stdout} = await list()
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(said)
  })

  it('lists thousands of dumps with one request per thousand', async () => {
    const at = (index: number) =>
      new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString().replaceAll(/[-:]|\.\d+/g, '')
    bucket.s3.seed(
      Array.from({length: 1250}, (_, index) =>
        storedDump(`${at(index)}-web.1-${index}-k3f9q2m8x1`, {body: Buffer.from('x')}),
      ).flat(),
    )
    const {stdout} = await list()
    expect(stdout).toMatch(/^ 1,250 dumps from /m)
    expect(stdout).toContain('1225 older dumps not shown. Use --all to list them.')
    expect(stdout.split('\n').filter(line => /^ d[0-9a-z]{5} /.test(line))).toHaveLength(25)
    // 2,500 objects in three pages, the root in one, the uploads in one. No request is for a single object.
    expect(bucket.s3.requests.map(request => request.operation).toSorted()).toEqual(
      [...Array.from({length: 4}, () => 'ListObjectsV2'), 'ListMultipartUploads'].toSorted(),
    )
    expect(JSON.parse((await list('--json')).stdout)).toHaveLength(1250)
    expect((await list('--all')).stdout.split('\n').filter(line => /^ d[0-9a-z]{5} /.test(line))).toHaveLength(1250)
  })

  it('says what to do about an empty bucket', async () => {
    const {code, stdout} = await list()
    expect(stdout).toBe(
      `s3://shop-heapdumps has no heap dumps of ${bucket.envFile} yet.\nTake one: heroku heapdump:trigger --env ${bucket.envFile}\n`,
    )
    expect(code).toBe(0)
    expect(JSON.parse((await list('--json')).stdout)).toEqual([])
  })
})
