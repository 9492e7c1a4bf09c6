// info, url and delete, for one dump in the bucket.
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpDelete from '../../../src/commands/heapdump/delete.js'
import HeapdumpInfo from '../../../src/commands/heapdump/info.js'
import HeapdumpUrl from '../../../src/commands/heapdump/url.js'
import {presignedUrl} from '../../../src/lib/store/presign.js'
import {type TestBucket, idOf, openBucket, realDump, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'

const KEY = 'heapdump/v1/20261124T081200Z-web.1-14-k3f9q2m8x1.json.gz'
const ID = idOf(KEY)
let bucket: TestBucket

beforeEach(async () => {
  bucket = await openBucket()
  bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1', {facts: {redacted: 1}}))
})
afterEach(() => bucket.close())

describe('heapdump:info', () => {
  it('shows what is in the list and in the facts beside the dump', async () => {
    const facts = [...bucket.s3.objects.keys()].find(key => key.endsWith('.facts')) ?? ''
    bucket.s3.seed([
      {
        body: JSON.stringify({bytes: 16_000_000, gc: {count: 31, heap_live_slots: 64_000, major_gc_count: 5}}),
        key: facts,
      },
    ])
    const {code, stdout} = await runCommand(HeapdumpInfo, ['--env', bucket.envFile])
    expect(stdout).toContain(`=== Heap dump ${ID}`)
    expect(stdout).toMatch(/Bucket +shop-heapdumps\n +Key +heapdump\/v1\//)
    expect(stdout).toMatch(/Process +puma worker 0, pid 14/)
    expect(stdout).toMatch(/Traced +yes, for 5 min/)
    expect(stdout).toMatch(/Redacted +yes/)
    expect(stdout).toMatch(/GC +31 collections, 5 major, 64,000 live slots/)
    expect(code).toBe(0)
    const json = await runCommand(HeapdumpInfo, [ID, '--env', bucket.envFile, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({gc: {count: 31}, id: ID, key: KEY, objects: 64_507})
  })

  it('invents nothing about a dump of the_lone_dyno', async () => {
    const key = '2026-01-14T19:22:26Z-process:878-heap.dump'
    bucket.s3.seed([{body: 'abc', key}])
    const {stdout} = await runCommand(HeapdumpInfo, [key, '--env', bucket.envFile])
    expect(stdout).toMatch(/Process +pid 878/)
    expect(stdout).toMatch(/Traced +unknown/)
    expect(stdout).not.toMatch(/Dyno|Objects|GC|null|NaN/)
  })
})

describe('heapdump:url', () => {
  it('prints a URL for the dump, with a warning', async () => {
    const {code, stderr, stdout} = await runCommand(HeapdumpUrl, [ID, '--env', bucket.envFile, '--expires', '5m'])
    expect(stderr).toContain('For 5 min, anyone with this URL can download the dump, redacted')
    const response = await fetch(stdout.trim())
    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer()).equals(realDump)).toBe(true)
    expect(code).toBe(0)
  })

  it('prints a URL that serves no other object, and expires', async () => {
    const {stdout} = await runCommand(HeapdumpUrl, ['--env', bucket.envFile, '--json'])
    const {expiresAt, url} = JSON.parse(stdout) as {expiresAt: string; url: string}
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(600_000)
    expect((await fetch(url.replace('-14-', '-15-'))).status).toBe(403)
    expect((await fetch(url.replace('X-Amz-Expires=600', 'X-Amz-Expires=60000'))).status).toBe(403)
    expect((await runCommand(HeapdumpUrl, ['--env', bucket.envFile, '--expires', '2h'])).code).toBe(2)
  })

  it('encodes a key as AWS does', async () => {
    const settings = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      bucket: 'examplebucket',
      region: 'us-east-1',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    }
    const url = await presignedUrl(settings, 'a b/ü(1).gz', 60, new Date('2013-05-24T00:00:00Z'))
    expect(url).toMatch(
      /^https:\/\/examplebucket\.s3\.us-east-1\.amazonaws\.com\/a%20b\/%C3%BC%281%29\.gz\?X-Amz-Algorithm=AWS4-HMAC-SHA256&/,
    )
  })
})

describe('heapdump:delete', () => {
  it('deletes the dump and its facts if the id is confirmed', async () => {
    bucket.s3.seed([{body: 'other', key: 'photos/beach.jpeg'}])
    const {code, stdout} = await runCommand(HeapdumpDelete, [ID, '--env', bucket.envFile, '--confirm', ID])
    expect(stdout).toContain(`Deleted ${ID} (${KEY}).`)
    expect(code).toBe(0)
    expect([...bucket.s3.objects.keys()]).toEqual(['photos/beach.jpeg'])
  })

  it('deletes nothing without confirmation', async () => {
    const wrong = await runCommand(HeapdumpDelete, ['latest', '--env', bucket.envFile, '--confirm', 'latest', '--json'])
    expect(JSON.parse(wrong.stdout)).toMatchObject({
      error: {code: 'not_confirmed', hint: `Run this command again with --confirm ${ID}`},
    })
    expect(wrong.code).toBe(1)
    const none = await runCommand(HeapdumpDelete, [ID, '--env', bucket.envFile, '--json'])
    expect(JSON.parse(none.stdout)).toMatchObject({
      error: {
        code: 'not_confirmed',
        message: expect.stringContaining('requires confirmation, but stdin is not a terminal'),
      },
    })
    expect(none.code).toBe(2)
    expect(bucket.s3.objects.size).toBe(2)
  })

  it('explains a missing permission', async () => {
    bucket.s3.faults.add({code: 'AccessDenied', operation: 'DeleteObjects', status: 403, times: Infinity})
    const {code, stdout} = await runCommand(HeapdumpDelete, [ID, '--env', bucket.envFile, '--confirm', ID, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'bucket_forbidden'}})
    expect(code).toBe(1)
  })
})
