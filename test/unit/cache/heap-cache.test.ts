// A dump that was read once is asked from its kept heap: same answers, no string contents, and never an error.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {QuestionName, QuestionOptions} from '../../../src/lib/analysis/session/questions.js'
import {openAnalysis, openKept} from '../../../src/lib/analysis/session/open-analysis.js'
import {withCaches} from '../../../src/lib/cache/cached-analysis.js'
import {fileIdentity} from '../../../src/lib/cache/dump-identity.js'
import {HeapCache} from '../../../src/lib/cache/heap-cache.js'
import {ReportCache} from '../../../src/lib/cache/report-cache.js'
import {dumpOf} from '../../support/dump-text.js'
import {heapOf} from '../../support/heaps.js'

const fixtures = fileURLToPath(new URL('../../fixtures/dumps/', import.meta.url))

let directory: string
let heaps: string
let dump: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'heapdump-heaps-'))
  heaps = join(directory, 'cache', 'heaps')
  dump = join(directory, 'heap.json')
})
afterEach(() => rmSync(directory, {recursive: true}))

/** Asks as a command does. `reads` counts how often the dump was read, `rereads` how often despite a kept heap. */
async function ask<Name extends QuestionName>(name: Name, options: QuestionOptions<Name>, version = '1') {
  let [reads, rereads] = [0, 0]
  const analysis = await withCaches(
    {
      // Reports are never cached here, so that each one is computed.
      caches: {
        heaps: new HeapCache(heaps, version),
        reports: new ReportCache(join(directory, 'no', '\0'), version),
      },
      dump: {source: dump},
      identify: () => fileIdentity(dump),
      onReread: () => rereads++,
    },
    {
      openKept: file => openKept({file, processBytes: 1e9, source: dump}),
      read() {
        reads++
        return openAnalysis([{bytes: {path: dump}, processBytes: 1e9, source: dump, storedBytes: statSync(dump).size}])
      },
    },
  )
  const answer = await analysis.ask(name, options).finally(() => analysis.keep())
  await analysis.close()
  return {answer, reads, rereads}
}

const heapFiles = () => (existsSync(heaps) ? readdirSync(heaps).map(name => join(heaps, name)) : [])
const REPORT = {masked: true, paths: true, top: 0}
const text = (strings: number) =>
  dumpOf(
    ...Array.from({length: strings}, (_, at) => ({
      address: `0x7f00000000${(at * 8 + 16).toString(16)}`,
      bytesize: 11,
      file: `/app/${at}.rb`,
      line: 1,
      memsize: 40,
      type: 'STRING',
      value: 'hunter2 key',
    })),
  )

describe('a kept heap', () => {
  it.each([
    'ruby-2.7-owners',
    'ruby-3.2-traced',
    'ruby-3.3-64bit-traced',
    'ruby-3.4-since',
    'ruby-3.4-untraced',
    'ruby-4.0-variables',
  ])('answers as the dump does: %s', async name => {
    copyFileSync(join(fixtures, `${name}.json.gz`), dump)
    const read = await openAnalysis([{bytes: {path: dump}, source: dump, storedBytes: null}])
    await read.keep({key: 'ab'.repeat(32), path: `${dump}.heap`}, 1e9)
    const kept = await openKept({file: {key: 'ab'.repeat(32), path: `${dump}.heap`}, source: dump})
    const same = async <Name extends QuestionName>(question: Name, options: QuestionOptions<Name>) => {
      // The salt of the marks differs each time.
      const [one, other] = [await read.ask(question, options), await kept.ask(question, options)].map(answer =>
        JSON.parse(JSON.stringify(answer).replaceAll(/(bytes?) #\w{6}/g, '$1 #')),
      )
      expect(other).toEqual(one)
    }

    await same('report', REPORT)
    await same('report', {...REPORT, aliveOnly: true, top: 10})
    await same('tree', {depth: 6, nodes: 200})
    const {classes, dominators, duplicateStrings} = await kept.ask('report', REPORT)
    expect(new Set(duplicateStrings.map(({value}) => value)).size).toBe(duplicateStrings.length)
    const addresses = dominators.slice(0, 3).map(({address}) => address)
    for (const what of [...classes.slice(0, 2).map(({name: className}) => className), ...addresses])
      await same('explain', {showValues: false, top: 5, what})
    for (const address of addresses)
      await same('objects', {
        filter: '',
        isGrouped: false,
        limit: 20,
        offset: 0,
        sort: 'retained',
        source: {address, kind: 'referrers'},
      })
  })

  it('still knows what the texts of SQL told', async () => {
    const statements = Array.from({length: 150}, (_, at) => at)
    const {text: lines} = await heapOf(`
      ROOT vm > Object
      Object CLASS 900 name=Object > Pool Hash String
      Pool   CLASS 700 name=StatementPool superclass=Object > pool
      Hash   CLASS 700 name=Hash superclass=Object
      String CLASS 700 name=String superclass=Object
      pool   OBJECT:Pool 40 > cache
      cache  HASH:Hash 9000 size=150 > ${statements.map(at => `sql${at}`).join(' ')}
      ${statements.map(at => `sql${at} STRING:String 1200 bytesize=36 value="SELECT * FROM issues WHERE number = ${at}"`).join('\n')}
    `)
    writeFileSync(dump, lines)
    const {answer} = await ask('report', REPORT)
    expect(answer.suspects.map(({rule}) => rule)).toContain('statement-cache')
    const reopened = await ask('report', REPORT)
    expect(reopened).toMatchObject({reads: 0})
    expect(reopened.answer.suspects).toEqual(answer.suspects)
    expect(readFileSync(heapFiles()[0], 'latin1')).not.toContain('number = 7')
    const cache = answer.dominators.find(({type}) => type === 'HASH')!.address
    const explained = await ask('explain', {showValues: false, top: 1, what: cache})
    expect(explained).toMatchObject({answer: {references: {rows: [{label: 'String, 36 B, SQL'}]}}, reads: 0})
  })

  it('has no string contents: whoever asks for them reads the dump', async () => {
    writeFileSync(dump, text(3))
    await ask('report', REPORT)
    const [file, ...others] = heapFiles()
    expect(others).toEqual([])
    expect(readFileSync(file, 'latin1')).not.toMatch(/hunter2/)
    expect((await ask('report', REPORT)).answer.duplicateStrings).toMatchObject([
      {count: 3, value: expect.stringMatching(/^11 bytes #/), wasted: 80},
    ])
    const values = await ask('report', {top: 0})
    expect(values).toMatchObject({reads: 1, rereads: 1})
    expect(values.answer.duplicateStrings).toMatchObject([{count: 3, value: 'hunter2 key'}])
    const explained = {top: 1, what: '0x7f0000000010'}
    expect(await ask('explain', {...explained, showValues: false})).toMatchObject({answer: {value: null}, reads: 0})
    expect(await ask('explain', {...explained, showValues: true})).toMatchObject({
      answer: {value: 'hunter2 key'},
      reads: 1,
      rereads: 1,
    })
  })

  it('is private, also from a second user of the same folder', async () => {
    writeFileSync(dump, text(3))
    await ask('report', REPORT)
    const [file] = heapFiles()
    expect([statSync(heaps).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600])
    chmodSync(file, 0o644)
    expect((await ask('report', REPORT)).reads).toBe(1)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await ask('report', REPORT)).reads).toBe(0)
  })

  it.each([
    ['damaged in its columns', (file: string) => flip(file, -3)],
    ['damaged in its facts', (file: string) => flip(file, 100)],
    ['damaged in its header', (file: string) => flip(file, 0)],
    ['cut', (file: string) => truncateSync(file, statSync(file).size - 1)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['that of another dump', (file: string) => flip(file, 10)],
    ['a folder', (file: string) => (rmSync(file), mkdirSync(file))],
  ])('is ignored if it is %s', async (_, spoil) => {
    writeFileSync(dump, text(3))
    const first = await ask('report', REPORT)
    const [file] = heapFiles()
    spoil(file)
    const second = await ask('report', REPORT)
    expect(second.reads).toBe(1)
    expect(second.answer.totals).toEqual(first.answer.totals)
    if (statSync(file).isDirectory()) return
    expect((await ask('report', REPORT)).reads).toBe(0)
  })

  it('is not used by another version of the analyzer', async () => {
    writeFileSync(dump, text(3))
    await ask('report', REPORT)
    expect((await ask('report', REPORT, '2')).reads).toBe(1)
  })
})

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at < 0 ? bytes.length + at : at] ^= 1
  writeFileSync(file, bytes)
}

describe('the cache of heaps', () => {
  it('keeps nothing of a dump that was cut, or changed while it was read', async () => {
    writeFileSync(dump, text(3).slice(0, -20))
    expect((await ask('report', REPORT)).answer.dump.truncated).toBe(true)
    expect(heapFiles()).toEqual([])
    writeFileSync(dump, text(3))
    const analysis = await withCaches(
      {
        caches: {heaps: new HeapCache(heaps, '1'), reports: new ReportCache(join(directory, 'reports'), '1')},
        dump: {source: dump},
        identify: () => fileIdentity(dump),
      },
      {
        openKept: () => Promise.reject(new Error('none')),
        read: () => openAnalysis([{bytes: {path: dump}, source: dump, storedBytes: null}]),
      },
    )
    await analysis.ask('tree', {depth: 1, nodes: 1})
    writeFileSync(dump, text(2), {flag: 'a'})
    await analysis.keep()
    expect(heapFiles()).toEqual([])
  })

  it('keeps the heap also if the question was wrong, and reads nothing for the next one', async () => {
    writeFileSync(dump, text(3))
    const options = {showValues: false, top: 1}
    await expect(ask('explain', {...options, what: 'Strin'})).rejects.toMatchObject({code: 'no_such_class'})
    expect((await ask('explain', {...options, what: '0x7f0000000010'})).reads).toBe(0)
  })

  it('needs no writable folder, and leaves no part of a file on a full disk', async () => {
    mkdirSync(join(directory, 'cache'))
    writeFileSync(heaps, 'a file where the folder should be')
    writeFileSync(dump, text(3))
    expect((await ask('report', REPORT)).answer.totals.objects).toBe(3)
    rmSync(heaps)
    const cache = new HeapCache(heaps, '1')
    await cache.keep('dump', async ({path}) => {
      writeFileSync(path, 'the beginning')
      throw Object.assign(new Error('no space left on device'), {code: 'ENOSPC'})
    })
    expect(heapFiles()).toEqual([])
  })

  it('is written by two processes at once: each file is complete', async () => {
    const cache = new HeapCache(heaps, '1')
    const paths: string[] = []
    await cache.keep('dump', async ({path}) => {
      paths.push(path)
      writeFileSync(path, 'ours')
      // Another process, whose temporary file has another name.
      const [temporary] = heapFiles()
      writeFileSync(temporary.replace(/\d+$/, '1'), 'an unfinished one')
      return true
    })
    const found = await cache.find('dump')
    expect(readFileSync(found!.path, 'utf8')).toBe('ours')
    expect(basename(paths[0])).not.toBe(basename(found!.path))
    expect(readdirSync(heaps)).toHaveLength(2)
  })

  it('drops the least recently used heaps, so that it stays below its limit', async () => {
    const cache = new HeapCache(heaps, '1')
    const keep = (name: string) =>
      cache.keep(name, async ({path}) => {
        writeFileSync(path, '')
        // Sparse: no disk is used.
        truncateSync(path, 2e8)
        return true
      })
    const age = () => {
      for (const file of heapFiles()) utimesSync(file, new Date(), new Date(statSync(file).mtimeMs - 1000))
    }
    for (const name of ['first', 'second']) {
      await keep(name)
      age()
    }

    expect(await cache.find('first')).not.toBeNull()
    await keep('third')
    const left = await Promise.all(['first', 'second', 'third'].map(name => cache.find(name)))
    expect(left.map(file => file !== null)).toEqual([true, false, true])
    expect(await cache.clear()).toBe(2)
    expect(existsSync(heaps)).toBe(false)
  })
})
