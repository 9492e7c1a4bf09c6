// The memory record beside a stored dump: from the bucket to each command that reads it.
import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDelete from '../../../src/commands/heapdump/delete.js'
import HeapdumpDownload from '../../../src/commands/heapdump/download.js'
import HeapdumpInfo from '../../../src/commands/heapdump/info.js'
import HeapdumpList from '../../../src/commands/heapdump/list.js'
import {type TestBucket, idOf, openBucket, realDump, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'

const STEM = '20261124T081200Z-web.1-14-k3f9q2m8x1'
const KEY = `heapdump/v1/${STEM}.json.gz`
const MEMORY_KEY = `heapdump/v1/${STEM}.memory.json.gz`
const BOOTED = {boot: 1_795_000_000}
const RECORD = {
  allocator: {
    arenas: [
      {free: 9e6, main: true, system: 30e6},
      {free: 6e6, system: 8e6},
    ],
    mmapped: {bytes: 0, count: 0},
    name: 'glibc',
    version: '2.36',
  },
  maps: {error: '/proc/PID/smaps cannot be read: Errno::EACCES'},
  settings: {MALLOC_ARENA_MAX: '2'},
  status: {anon: 50_000_000, file: 2_000_000, rss: 52_000_000},
  v: 1,
}

let bucket: TestBucket
let file: string
const analyze = async (...args: string[]) => runCommand(HeapdumpAnalyze, [...args, '--no-cache'])
const seedRecord = (body: Buffer) => bucket.s3.seed([{body, key: MEMORY_KEY}])
beforeEach(async () => {
  bucket = await openBucket()
  bucket.s3.seed(storedDump(STEM, {facts: BOOTED}))
  seedRecord(gzipSync(JSON.stringify(RECORD)))
  file = join(bucket.directory, 'heap.json.gz')
})
afterEach(() => bucket.close())

describe('heapdump:analyze', () => {
  it('shows the sum, and asks for the record once', async () => {
    const {stdout} = await analyze('--env', bucket.envFile)
    expect(stdout).toContain(' 52.0 MB process   ')
    expect(stdout).toMatch(/^ █ \d+\.\d MB live/m)
    expect(bucket.s3.requests.filter(({path}) => path.endsWith(MEMORY_KEY))).toHaveLength(1)
    const {stdout: section} = await analyze('--env', bucket.envFile, '--section', 'memory')
    expect(section).toContain('Settings: MALLOC_ARENA_MAX=2.')
    expect(section.replaceAll(/\s+/g, ' ')).toContain(
      'Incomplete: mappings of the process are unknown: /proc/PID/smaps cannot be read',
    )
    const {process} = JSON.parse((await analyze('--env', bucket.envFile, '--json')).stdout)
    expect(process.rssBytes).toBe(52_000_000)
    expect(process.parts.reduce((sum: number, part: {bytes: number}) => sum + part.bytes, 0)).toBe(52_000_000)
  })

  it.each([
    ['no record', null],
    ['a damaged one', Buffer.from('{"v": 1}')],
    ['one of a later version', gzipSync('{"v": 2}')],
    ['one that is too long when unpacked', gzipSync(`{"v": 1, "status": {"rss": 7}, "x": "${'x'.repeat(5 << 20)}"}`)],
    ['one that is too long', Buffer.concat([gzipSync(JSON.stringify(RECORD)), Buffer.alloc(300 << 10)])],
  ])('is as before with %s', async (_, body) => {
    bucket.s3.objects.delete(MEMORY_KEY)
    if (body !== null) seedRecord(body)
    const {code, stdout} = await analyze('--env', bucket.envFile, '--json')
    expect(JSON.parse(stdout)).toMatchObject({memory: {processBytes: 52_700_000}, process: null})
    expect(code).toBe(0)
  })
})

describe('heapdump:download', () => {
  const download = (...args: string[]) => runCommand(HeapdumpDownload, ['--env', bucket.envFile, '-o', file, ...args])

  it('keeps the record beside the file, from where analyze reads it', async () => {
    await download()
    const path = join(bucket.directory, 'heap.memory.json')
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(RECORD)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const rssOf = async () => JSON.parse((await analyze(file, '--json')).stdout).process?.rssBytes
    expect(await rssOf()).toBe(52_000_000)
    await writeFile(path, 'x'.repeat(5 << 20))
    expect(await rssOf()).toBeUndefined()
  })

  it('removes the record of an earlier download', async () => {
    await download()
    bucket.s3.objects.delete(MEMORY_KEY)
    await download('--force')
    await expect(stat(join(bucket.directory, 'heap.memory.json'))).rejects.toThrow('ENOENT')
  })
})

it('heapdump:info shows what the allocator says', async () => {
  const {stdout} = await runCommand(HeapdumpInfo, ['--env', bucket.envFile])
  expect(stdout).toMatch(/Allocator +glibc 2\.36, 2 arenas, 38\.0 MB from the system, 15\.0 MB of it free/)
  const json = await runCommand(HeapdumpInfo, ['--env', bucket.envFile, '--json'])
  expect(JSON.parse(json.stdout).memory).toMatchObject({allocator: {arenaCount: 2}, settings: {MALLOC_ARENA_MAX: '2'}})
})

it('heapdump:delete deletes it too, and only its own', async () => {
  const other = MEMORY_KEY.replace('8x1', '8x11')
  bucket.s3.seed([{body: realDump, key: other}])
  await runCommand(HeapdumpDelete, [idOf(KEY), '--env', bucket.envFile, '--confirm', idOf(KEY)])
  expect([...bucket.s3.objects.keys()]).toEqual([other])
})

describe('heapdump:list', () => {
  const facts = (rss: number, more: object) => ({
    ...BOOTED,
    heapbytes: 30e6,
    jitbytes: 5e6,
    mallocfree: 4e6,
    rss,
    stackbytes: 1e6,
    ...more,
  })

  it('names the part that grew most since the previous dump of the process', async () => {
    bucket.s3.seed([
      ...storedDump(STEM.replace('T08', 'T09').replace('8x1', '8x2'), {facts: facts(60e6, {})}),
      ...storedDump(STEM.replace('T08', 'T10').replace('8x1', '8x3'), {
        facts: facts(72e6, {heapbytes: 31e6, mallocfree: 13e6}),
      }),
      ...storedDump(STEM.replace('T08', 'T11').replace('8x1', '8x4'), {
        facts: facts(80e6, {heapbytes: 31e6, mallocfree: 13e6}),
      }),
    ])
    const {stdout} = await runCommand(HeapdumpList, ['--env', bucket.envFile, '--json'])
    expect(JSON.parse(stdout)[0]).toMatchObject({
      heapBytes: 31e6,
      jitBytes: 5e6,
      mallocFreeBytes: 13e6,
      stackBytes: 1e6,
    })
    expect(JSON.parse(stdout).at(-1)).toMatchObject({heapBytes: null, jitBytes: null})
    const {grownPart} = await import('../../../src/lib/render/grown-part.js')
    const dumps = JSON.parse(stdout)
    expect(dumps.map((dump: never) => grownPart(dump, dumps))).toEqual([
      '+8.0 MB malloc in use',
      '+9.0 MB free in malloc',
      '',
      '',
    ])
  })
})
