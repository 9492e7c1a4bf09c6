import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Analysis} from '../../../src/lib/analysis/session/open-analysis.js'
import {openHere} from '../../../src/lib/analysis/session/open-here.js'
import type {ReportOptions} from '../../../src/lib/analysis/report/report.js'
import {type Caches, withCaches} from '../../../src/lib/cache/cached-analysis.js'
import {fileIdentity, storedIdentity} from '../../../src/lib/cache/dump-identity.js'
import {HeapCache} from '../../../src/lib/cache/heap-cache.js'
import {ReportCache} from '../../../src/lib/cache/report-cache.js'
import type {StoredDump} from '../../../src/lib/store/store.js'
import {dumpOf} from '../../support/dump-text.js'

let directory: string
let cacheDirectory: string
let dump: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'heapdump-cache-'))
  cacheDirectory = join(directory, 'cache', 'reports')
  dump = join(directory, 'heap.json')
  writeFileSync(dump, text(3))
})
afterEach(() => rmSync(directory, {recursive: true}))

const text = (objects: number) =>
  dumpOf(
    ...Array.from({length: objects}, (_, at) => ({
      address: `0x7f00000000${(at * 8 + 16).toString(16)}`,
      type: 'STRING',
      value: 'twice',
      file: `/app/${at}.rb`,
      line: 1,
      memsize: 40,
      flags: {},
    })),
  )

/** heap-cache.test.ts tests the heaps; here, none is ever kept. */
const reportsOnly = (version = '1'): Caches => ({
  heaps: new HeapCache(join(directory, 'heaps'), version),
  reports: new ReportCache(cacheDirectory, version),
})
const none = () => Promise.reject(new Error('No heap is kept.'))

/** Analyzes `path` as the command does. `opened` counts the reads. */
async function analyze(
  path: string,
  {
    top = 10,
    version = '1',
    source = path,
    ...options
  }: Partial<ReportOptions> & {version?: string; source?: string} = {},
) {
  let opened = 0
  let closed = 0
  const open = async (): Promise<Analysis> => {
    opened++
    const analysis = await openHere([{bytes: {path}, source, storedBytes: null}], () => {})
    return {...analysis, close: async () => void closed++}
  }

  const analysis = await withCaches(
    {caches: reportsOnly(version), dump: {source}, identify: () => fileIdentity(path)},
    {openKept: none, read: open},
  )
  const report = await analysis.ask('report', {masked: true, ...options, top}).finally(() => analysis.close())
  expect(closed).toBe(opened)
  return {opened, report}
}

describe('a report', () => {
  it('is made only once', async () => {
    const first = await analyze(dump)
    const second = await analyze(dump)
    expect([first.opened, second.opened]).toEqual([1, 0])
    expect(second.report).toEqual(first.report)
    expect((await analyze(dump, {source: './heap.json'})).report.dump.source).toBe('./heap.json')
  })

  it('serves requests for as many rows or fewer', async () => {
    expect((await analyze(dump, {top: 2})).opened).toBe(1)
    expect((await analyze(dump, {top: 1})).opened).toBe(0)
    expect((await analyze(dump, {top: 3})).opened).toBe(1)
    expect((await analyze(dump, {top: 0})).opened).toBe(1)
    expect((await analyze(dump, {top: 50})).opened).toBe(0)
  })

  it('is separate for a generation, and for another analyzer', async () => {
    await analyze(dump)
    expect((await analyze(dump, {generation: null})).opened).toBe(1)
    expect((await analyze(dump, {generation: 0})).opened).toBe(1)
    expect((await analyze(dump, {className: '(STRING)'})).opened).toBe(1)
    expect((await analyze(dump, {site: '/app/1.rb:1'})).opened).toBe(1)
    expect((await analyze(dump, {version: '2'})).opened).toBe(1)
    expect((await analyze(dump)).opened).toBe(0)
  })

  it('is cached without string contents: for those, the dump is read', async () => {
    expect((await analyze(dump, {masked: false})).report.duplicateStrings[0].value).toBe('twice')
    expect(existsSync(cacheDirectory)).toBe(false)
    expect((await analyze(dump)).report.duplicateStrings[0].value).toMatch(/^5 bytes #/)
    for (const name of readdirSync(cacheDirectory))
      expect(readFileSync(join(cacheDirectory, name), 'utf8')).not.toContain('twice')
    expect(await analyze(dump, {masked: false})).toMatchObject({
      opened: 1,
      report: {duplicateStrings: [{value: 'twice'}]},
    })
  })

  it('is private', async () => {
    await analyze(dump)
    expect(statSync(cacheDirectory).mode & 0o777).toBe(0o700)
    const [name] = readdirSync(cacheDirectory)
    expect(statSync(join(cacheDirectory, name)).mode & 0o777).toBe(0o600)
  })

  it('is made again if it was damaged', async () => {
    await analyze(dump)
    const [name] = readdirSync(cacheDirectory)
    writeFileSync(join(cacheDirectory, name), readFileSync(join(cacheDirectory, name), 'utf8').slice(0, 40))
    expect((await analyze(dump)).opened).toBe(1)
    expect((await analyze(dump)).opened).toBe(0)
  })

  it('needs no writable cache', async () => {
    writeFileSync(join(directory, 'cache'), 'a file where the directory should be')
    expect((await analyze(dump)).report.totals.objects).toBe(3)
    expect((await analyze(dump)).opened).toBe(1)
  })
})

describe('a dump', () => {
  it('is another one after it was overwritten, even with the same size and times', async () => {
    await analyze(dump)
    const {atime, mtime} = statSync(dump)
    writeFileSync(dump, text(3).replaceAll('twice', 'three'))
    utimesSync(dump, atime, mtime)
    expect((await analyze(dump)).opened).toBe(1)
    const {opened, report} = await analyze(dump, {masked: false})
    expect(opened).toBe(1)
    expect(report.duplicateStrings[0].value).toBe('three')
  })

  it('is not cached if it changes while it is read', async () => {
    const analysis = await withCaches(
      {caches: reportsOnly(), dump: {source: dump}, identify: () => fileIdentity(dump)},
      {
        openKept: none,
        async read() {
          writeFileSync(dump, text(2), {flag: 'a'})
          return openHere([{bytes: {path: dump}, source: dump, storedBytes: null}], () => {})
        },
      },
    )
    await analysis.ask('report', {masked: true, top: 10})
    expect(existsSync(cacheDirectory)).toBe(false)
  })

  it('is not cached if it is truncated: the complete dump has the same key and ETag', async () => {
    const identify = async () =>
      storedIdentity(
        {complete: true, etag: '"5-2"', key: 'heapdump/v1/x.json.gz', memoryBytes: 1, storedBytes: 5} as StoredDump,
        [],
      )
    const ask = async () => {
      let opened = 0
      const analysis = await withCaches(
        {caches: reportsOnly(), dump: {source: 'x'}, identify},
        {
          openKept: none,
          read() {
            opened++
            return openHere([{bytes: {path: dump}, source: 'x', storedBytes: null}], () => {})
          },
        },
      )
      return {opened: () => opened, report: await analysis.ask('report', {masked: true, top: 10})}
    }

    writeFileSync(dump, text(3).slice(0, -20))
    expect((await ask()).report).toMatchObject({dump: {truncated: true}, totals: {objects: 2}})
    expect(existsSync(cacheDirectory)).toBe(false)
    writeFileSync(dump, text(3))
    expect((await ask()).report).toMatchObject({dump: {truncated: false}, totals: {objects: 3}})
    expect((await ask()).opened()).toBe(0)
  })

  it('in a bucket is identified by key and ETag, if it is complete', () => {
    const stored = {
      complete: true,
      etag: '"5-2"',
      key: 'heapdump/v1/x.json.gz',
      memoryBytes: 1,
      storedBytes: 5,
    } as StoredDump
    const identity = storedIdentity(stored, ['--app', 'shop'])
    expect(identity).not.toBeNull()
    expect(storedIdentity({...stored, key: 'heapdump/v1/y.json.gz'}, ['--app', 'shop'])).not.toBe(identity)
    expect(storedIdentity({...stored, etag: '"6-2"'}, ['--app', 'shop'])).not.toBe(identity)
    expect(storedIdentity({...stored, etag: undefined}, ['--app', 'shop'])).toBeNull()
    expect(storedIdentity(stored, ['--app', 'other'])).not.toBe(identity)
    expect(storedIdentity({...stored, complete: false}, ['--app', 'shop'])).toBeNull()
  })

  it('has no identity if it is not a file', async () => {
    expect(await fileIdentity(directory)).toBeNull()
    expect(await fileIdentity(join(directory, 'absent'))).toBeNull()
  })
})

describe('the cache', () => {
  it('drops the least recently used reports', async () => {
    const cache = new ReportCache(cacheDirectory, '1')
    const {report} = await analyze(dump)
    for (let at = 0; at < 110; at++) {
      await cache.keep(`dump ${at}`, {masked: true, top: 10}, report)
      for (const name of readdirSync(cacheDirectory)) {
        const {mtimeMs} = statSync(join(cacheDirectory, name))
        utimesSync(join(cacheDirectory, name), new Date(), new Date(mtimeMs - 1000))
      }

      // Used repeatedly, and so kept.
      expect(await cache.find('dump 0', {masked: true, top: 10})).not.toBeNull()
    }

    expect(readdirSync(cacheDirectory).length).toBe(100)
    expect(await cache.find('dump 109', {masked: true, top: 10})).not.toBeNull()
    expect(await cache.find('dump 1', {masked: true, top: 10})).toBeNull()
  })

  it('does not keep a huge report', async () => {
    const cache = new ReportCache(cacheDirectory, '1')
    const {report} = await analyze(dump)
    const huge = {
      ...report,
      duplicateStrings: Array.from({length: 6000}, () => ({...report.duplicateStrings[0], value: 'x'.repeat(1000)})),
    }
    await cache.keep('huge', {masked: true, top: 0}, huge)
    expect(await cache.find('huge', {masked: true, top: 0})).toBeNull()
  })

  it('can be cleared', async () => {
    await analyze(dump)
    const cache = new ReportCache(cacheDirectory, '1')
    expect(await cache.clear()).toBe(1)
    expect(existsSync(cacheDirectory)).toBe(false)
    expect(await cache.clear()).toBe(0)
    expect((await analyze(dump)).opened).toBe(1)
  })
})
