// What the process's history adds to a single dump.
import {describe, expect, it} from 'vitest'
import {headline} from '../../../../src/lib/render/headline.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import type {SincePrevious} from '../../../../src/lib/analysis/report/since-previous.js'
import {findSuspects} from '../../../../src/lib/analysis/suspects/find-suspects.js'
import {verdictOf} from '../../../../src/lib/analysis/report/verdict.js'
import type {ProcessHistory} from '../../../../src/lib/process-history.js'
import {heapOf} from '../../../support/heaps.js'
import {MEGABYTE, pastOf, type PastOptions} from '../../../support/histories.js'

/** The smallest table for 500 entries. With removals it is twice as large. */
const TABLE = 512 * 28 + 40
const OLD = 'flags={"wb_protected":true,"old":true}'
const YOUNG = 'flags={"wb_protected":true,"old":false}'

type Entries = {
  readonly otherBytes?: number
  readonly others?: number
  readonly table?: number
  readonly young?: number
  readonly also?: string
  readonly generationOf?: (index: number) => number
}

/** A Hash of Cache with 500 entries, every ninth of them young, or traced; and 30 old Strings. */
function heapWith({
  also = '',
  generationOf,
  otherBytes = 30_000,
  others: count = 30,
  table = TABLE,
  young = 9,
}: Entries = {}): string {
  const texts = Array.from({length: 500}, (_, index) => index)
  const others = Array.from({length: count}, (_, index) => index)
  const ageOf = (index: number) =>
    generationOf === undefined
      ? index % young === 0
        ? YOUNG
        : OLD
      : `gen=${generationOf(index)} at=/app/lib/cache.rb:7`
  return `
    ROOT vm > Object
    Object CLASS 500 name=Object > Cache Index String Hash
    Cache  CLASS 500 name=Cache > store
    Index  CLASS 500 name=Index ${also === '' ? '' : '> index'}
    String CLASS 500 name=String
    Hash   CLASS 500 name=Hash
    store HASH:Hash ${table} size=500 ${OLD} > ${texts.map(text => `text${text}`).join(' ')}
    ${texts.map(text => `text${text} STRING:String 1000 bytesize=900 ${ageOf(text)}`).join('\n    ')}
    ROOT vm > ${others.map(other => `other${other}`).join(' ')}
    ${others.map(other => `other${other} STRING:String ${otherBytes} bytesize=29000 ${generationOf === undefined ? OLD : `gen=${31 + other}`}`).join('\n    ')}
    ${also}`
}

const at = (past: PastOptions | null, entries?: Entries) =>
  heapOf(heapWith(entries), {past: past === null ? undefined : (pastOf(past) as ProcessHistory)})
const cacheIn = async (past: PastOptions | null, entries?: Entries) =>
  findSuspects((await at(past, entries)).subject).find(({owner}) => owner === 'Cache')

const LEVEL: PastOptions = {minutes: 480, old: () => 530}
/** 500 objects were added since boot: the 500 entries of the cache. */
const CLIMBING: PastOptions = {minutes: 480, old: minute => 10_000 + minute * 8}
const TRACED: Entries = {generationOf: index => 31 + (index % 30)}

describe('a Hash with old and new entries', () => {
  it('may grow if no history was recorded', async () => {
    expect(await cacheIn(null)).toMatchObject({kind: 'large', severity: 'medium'})
    expect(await cacheIn(null, TRACED)).toMatchObject({kind: 'leak', severity: 'high'})
  })

  it.each([
    ['untraced', {}],
    ['traced', TRACED],
  ] as const)('is a full cache if old objects have been level, %s', async (_how, entries) => {
    const found = await cacheIn(LEVEL, entries)
    expect(found).toMatchObject({
      advice: expect.stringContaining('as large as it was meant to be'),
      kind: 'large',
      severity: 'low',
    })
    expect(found?.evidence).toContain('old objects in the process have been level for 4 h: entries come and go')
  })

  it('is not cleared by a history that is not level enough to show its rate', async () => {
    // 500 objects in 8 h would be 190 more within the time examined.
    const waving = (height: number): PastOptions => ({
      minutes: 480,
      old: minute => 9000 + height * Math.sin(minute / 30),
    })
    expect((await cacheIn(waving(80)))?.severity).toBe('medium')
    expect((await cacheIn(waving(20)))?.severity).toBe('low')
  })

  it('needs no closer look if its capacity shows that entries are removed', async () => {
    const waving = (table: number) =>
      cacheIn({minutes: 480, old: minute => 90_000 + 800 * Math.sin(minute / 30)}, {table})
    expect(await waving(TABLE)).toMatchObject({kind: 'large', severity: 'medium'})
    expect(await waving(2 * TABLE)).toMatchObject({kind: 'large', severity: 'low'})
    expect(await cacheIn(null, {table: 2 * TABLE})).toMatchObject({kind: 'large', severity: 'medium'})
  })

  it('is what climbs if nothing else can be', async () => {
    const found = await cacheIn({...CLIMBING, old: minute => 4000 + minute * 1.2})
    expect(found).toMatchObject({kind: 'leak', severity: 'high', title: expect.stringContaining('keeps adding to')})
    expect(found?.evidence.join()).toMatch(
      /old objects in the process climb by \d+ an hour, and nothing else here can account for that many/,
    )
    // More was added than it holds.
    expect((await cacheIn({...CLIMBING, old: minute => 10_000 + minute * 30}))?.kind).toBe('large')
    // The process is too young: a cache fills up in that time.
    expect((await cacheIn({minutes: 60, old: minute => 4000 + minute * 12}))?.kind).toBe('large')
  })

  it('is not blamed for a climb that another collection may have caused', async () => {
    const texts = Array.from({length: 500}, (_, index) => `entry${index}`)
    const index = `index HASH:Hash ${TABLE} size=500 ${OLD} > ${texts.join(' ')}
      ${texts.map((name, place) => `${name} STRING:String 1000 bytesize=900 ${place % 9 === 0 ? YOUNG : OLD}`).join('\n')}`
    const {subject} = await at({...CLIMBING, old: minute => 4000 + minute * 1.2}, {also: index})
    expect(findSuspects(subject).map(({kind, severity}) => `${kind} ${severity}`)).toEqual([
      'large medium',
      'large medium',
    ])
  })

  it('is not a `high` leak in a young process, unless its dyno is full', async () => {
    const young = {minutes: 12, old: (minute: number) => 500 + minute * 100}
    expect(await cacheIn(young, TRACED)).toMatchObject({kind: 'leak', severity: 'medium'})
    expect(await cacheIn({...young, usedBytes: 500 * 2 ** 20}, TRACED)).toMatchObject({kind: 'leak', severity: 'high'})
    expect(await cacheIn({...young, minutes: 90}, TRACED)).toMatchObject({kind: 'leak', severity: 'high'})
    const sentencesIn = async (past: PastOptions) =>
      verdictOf(report((await at(past, TRACED)).subject, {top: 0})).sentences
    expect((await sentencesIn(young))[0]).toBe('1 possible leak.')
    expect((await sentencesIn({...young, minutes: 90}))[0]).toBe('1 leak.')
  })

  it('has its clock start with tracing, if that was recorded', async () => {
    // All survivors are from the last third of the GCs since then.
    expect((await cacheIn({minutes: 60, gcAtTracing: 1, old: () => 500}, TRACED))?.kind).toBe('large')
    expect((await cacheIn({minutes: 60, gcAtTracing: 30, old: () => 500}, TRACED))?.kind).toBe('leak')
    // That alone does not prove growth: a cache that turns over slowly has survivors from then too.
    const alone: Entries = {generationOf: index => 331 + (index % 30), others: 0}
    expect((await cacheIn({minutes: 60, gcAtTracing: 330, old: () => 500}, alone))?.kind).toBe('large')
  })
})

describe('the verdict, with the process’s history', () => {
  const verdict = async (past: PastOptions, entries?: Entries) => {
    const told = report((await at(past, entries)).subject, {top: 0})
    return {...verdictOf(told), headline: headline(told), text: verdictOf(told).sentences.join(' ')}
  }

  it('says that nothing accumulates', async () => {
    const {healthy, text} = await verdict(LEVEL)
    expect(healthy).toBe(true)
    expect(text).toMatch(/^nothing here looks like a leak\. Old objects have been level for 4 h/)
  })

  it('never calls a growing process healthy, whatever the dump shows', async () => {
    const settled: Entries = {otherBytes: 300_000, young: 1000}
    expect(await verdict({...LEVEL, old: minute => 10_000 + minute * 50}, settled)).toMatchObject({
      headline: 'The process grows, but nothing in this dump stands out',
      healthy: false,
      text: expect.stringContaining('the heap grows, but nothing in it stands out'),
    })
    const native = await verdict({...LEVEL, rss: minute => (150 + minute / 2) * MEGABYTE}, settled)
    expect(native).toMatchObject({
      healthy: false,
      text: expect.stringMatching(/at least 2\d\d MB of it is not in Ruby objects/),
    })
  })

  it('says that the history of a young process is too short, and nothing without a history', async () => {
    expect((await verdict({minutes: 12, old: () => 500})).text).toContain(
      '12 min of history is too short to tell a leak from a cache that is still filling.',
    )
    const {subject} = await heapOf(heapWith())
    expect(report(subject, {top: 0}).history).toBeNull()
  })

  it('names the dump to compare an untraced one with: the previous one, if there is one', async () => {
    const told = report((await at(null)).subject, {top: 0})
    const previous: SincePrevious = {
      comparedBy: 'facts',
      id: 'd1ab2c',
      key: 'a',
      liveBytes: null,
      memoryBytes: 1000,
      most: null,
      oldObjects: null,
      part: null,
      seconds: 60,
    }
    expect(verdictOf(told).sentences.join(' ')).toContain('or diff it with a later one.')
    expect(verdictOf({...told, sincePrevious: previous}).sentences.join(' ')).toContain('or diff it with d1ab2c.')
  })
})
