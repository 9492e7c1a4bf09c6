// What a summary keeps of a dump, and what is taken for a summary when it is read back.
import {describe, expect, it} from 'vitest'
import {dumpAmounts} from '../../../../src/lib/analysis/compare/dump-amounts.js'
import {summarize} from '../../../../src/lib/analysis/compare/dump-summary.js'
import {readSummary} from '../../../../src/lib/analysis/compare/read-summary.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {heapOf} from '../../../support/heaps.js'
import {summariesOf} from '../../../support/summaries.js'

const HEAP = `
  ROOT vm > Object worker other
  Object CLASS 500 name=Object > String Array Cart Thread Store
  String CLASS 100 name=String
  Array CLASS 100 name=Array
  Thread CLASS 100 name=Thread
  Cart CLASS 100 name=Cart
  Store CLASS 100 name=Store > rows nameless
  rows ARRAY:Array 40 size=2 > cart text
  cart OBJECT:Cart 40000 at=/app/store.rb:7 gen=3 > title
  title STRING:String 60000 value="alice@example.com" at=/app/store.rb:8 gen=3
  text STRING:String 700 value="alice@example.com"
  nameless CLASS 100 > item
  item OBJECT:nameless 5000
  worker DATA:Thread 400 struct=VM/thread > name1 kept
  name1 STRING:String 40 frozen=true bytesize=15 value="invoices of acme"
  kept STRING:String 8000 bytesize=7900
  other DATA:Thread 400 struct=VM/thread > name2
  name2 STRING:String 40 frozen=true bytesize=15 value="invoices of acme"
  loose STRING:String 90000 value="nobody holds this"
`

describe('what a summary keeps', () => {
  it('is live memory by owner, class and site, under names that other processes have too', async () => {
    const {subject} = await heapOf(HEAP)
    const {classes, owners, sites} = dumpAmounts(subject)
    const store = owners.find(({name}) => name === 'Store')
    // Itself, its rows, and the class without a name.
    expect(store?.memsize).toBe(100 + 40 + 40_000 + 60_000 + 700 + 100 + 5000)
    expect(store?.classes.map(({memsize, name}) => [name, memsize])).toEqual([
      ['String', 60_700],
      ['Cart', 40_000],
      ['#<Class>', 5000],
    ])
    expect(store?.sites.map(({file, line, memsize}) => [file, line, memsize])).toEqual([
      ['/app/store.rb', 8, 60_000],
      ['/app/store.rb', 7, 40_000],
    ])
    expect(sites).toEqual(store?.sites)
    expect(classes.find(({name}) => name === 'String')?.memsize).toBe(60_700 + 80 + 8000)
  })

  it('has no string of the app: not even the name of a thread', async () => {
    const {subject} = await heapOf(HEAP)
    const dump = summariesOf({dumps: 1, seed: 1})[0].dump
    const whole = report(subject, {aliveOnly: true, masked: true, top: 0})
    const text = JSON.stringify(summarize(dump, whole, dumpAmounts(subject)))
    expect(text).toContain('"Thread"')
    for (const own of ['alice', 'acme', 'invoices', 'nobody']) expect(text).not.toContain(own)
  })
})

describe('a summary in a bucket', () => {
  const [summary] = summariesOf({dumps: 1, seed: 1})
  const known = {createdAt: '2026-11-24T08:12:00Z', dyno: 'web.9', id: 'd00001', key: 'heapdump/v1/x', pid: 7}
  const read = (changes: object) => readSummary(JSON.stringify({...summary, ...changes}), known)

  it('is read back, with what its key says instead of what it says itself', () => {
    expect(read({})).toEqual({...summary, dump: {...summary.dump, ...known}})
    expect(read({later: 1, dump: {...summary.dump, key: 'another'}})?.dump.key).toBe(known.key)
  })

  it.each([
    ['another version', {version: 2}],
    ['no totals', {totals: null}],
    ['a negative size', {totals: {memsize: -1, objects: 1}}],
    ['a size that is none', {totals: {memsize: 'much', objects: 1}}],
    ['too many owners', {owners: Array.from({length: 200}, () => summary.owners[0])}],
    ['a name of a megabyte', {classes: [{memsize: 1, name: 'x'.repeat(1e6), objects: 1}]}],
    ['a time that is none', {dump: {...summary.dump, bootedAt: 'yesterday'}}],
    ['a list of numbers', {sites: [1, 2]}],
    [
      'a share above 1',
      {suspects: [{kind: 'leak', owner: 'A', retainedSize: 1, rule: 'x', severity: 'high', share: 7}]},
    ],
    [
      'a kind of suspect that is none',
      {suspects: [{kind: 'evil', owner: 'A', retainedSize: 1, rule: 'x', severity: 'high', share: 0}]},
    ],
  ])('is not taken from %s', (_what, changes) => {
    expect(read(changes)).toBeNull()
  })

  it.each(['', '{', 'null', '[]', '"text"'])('is not taken from %j', text => {
    expect(readSummary(text, known)).toBeNull()
  })
})
