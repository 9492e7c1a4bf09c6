// The other sections of a report, on heaps small enough to check by eye; and against Ruby's own numbers where it prints
// them.
import {readFileSync} from 'node:fs'
import {gunzipSync} from 'node:zlib'
import {describe, expect, it} from 'vitest'
import {collections} from '../../../../src/lib/analysis/tables/collections.js'
import {heapPages} from '../../../../src/lib/analysis/tables/heap-pages.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {Subject} from '../../../../src/lib/analysis/objects/subject.js'
import {heapOf} from '../../../support/heaps.js'
import {read} from '../../../support/dump-text.js'

const reportOf = async (lines: string, options = {}, dump = {}) => {
  const heap = await heapOf(lines, dump)
  return {heap, report: report(heap.subject, {top: 0, ...options})}
}

describe('largest', () => {
  it('are single objects by shallow size', async () => {
    const {
      heap,
      report: {largest},
    } = await reportOf('ROOT vm > a\na ARRAY 100 length=2 > b c\nb STRING 4294967300\nc STRING 99\nd STRING 0')
    expect(largest.map(({address, memsize, retainedSize}) => [heap.name(address), memsize, retainedSize])).toEqual([
      ['b', 4_294_967_300, 4_294_967_300],
      ['a', 100, 4_294_967_499],
      ['c', 99, 99],
    ])
  })
})

describe('collections', () => {
  it('have the unused capacity that memsize shows', async () => {
    const {
      heap,
      report: {collections: found},
    } = await reportOf(`
      ROOT vm > small wide table few many text
      small  ARRAY 40 length=3 embedded=true
      wide   ARRAY 200 length=3
      few    HASH 168 size=3
      table  HASH 928 size=9
      many   HASH 7264 size=234
      text   STRING 88 bytesize=32
      shared STRING 40 shared=true
      bare   HASH 40 size=0
    `)
    expect(
      found.oversized.map(({address, size, capacity, unused}) => [heap.name(address), size, capacity, unused]),
    ).toEqual([
      ['table', 9, 32, 23 * 24],
      ['many', 234, 256, 22 * 24],
      // 160 bytes beside the slot are 20 references.
      ['wide', 3, 20, 17 * 8],
      ['few', 3, 8, 5 * 16],
      ['text', 32, 47, 15],
    ])
    expect(found.unused).toBe(552 + 528 + 136 + 80 + 15)
    expect(found.largest.map(({address, size}) => [heap.name(address), size])).toEqual([
      ['many', 234],
      ['table', 9],
      ['small', 3],
      ['wide', 3],
      ['few', 3],
    ])
  })

  it('of Ruby 3.3 have small hashes and the table header in their slots', async () => {
    const {
      heap,
      report: {collections: found},
    } = await reportOf(`
      ROOT vm > pairs sixteen hundred
      pairs   HASH 160 size=5 slot_size=160
      sixteen HASH 544 size=12 slot_size=160 address=0x7f0000120000
      hundred HASH 3488 size=71 slot_size=160 address=0x7f0000120140
      odd     HASH 999 size=71 slot_size=160 address=0x7f0000120280
    `)
    expect(found.oversized.map(({address, capacity, unused}) => [heap.name(address), capacity, unused])).toEqual([
      ['hundred', 128, 57 * 24],
      ['sixteen', 16, 4 * 24],
      ['pairs', 8, 3 * 16],
    ])
    expect(found.largest.find(({address}) => heap.name(address) === 'odd')).toMatchObject({capacity: null, unused: 0})
  })

  it('count empty ones by class and line, but not those with contents elsewhere', async () => {
    const {
      report: {
        collections: {empty, emptyObjects, emptyMemsize},
      },
    } = await reportOf(`
      ROOT vm > a
      Array CLASS 100 name=Array
      a ARRAY:Array 40 length=0 at=/app/x.rb:1
      b ARRAY:Array 40 length=0 at=/app/x.rb:1
      c ARRAY:Array 40 length=0
      d HASH 168 size=0
      e STRING 40 shared=true
      f ARRAY:Array 40 length=1
    `)
    expect(empty).toEqual([
      {className: '(HASH)', memsize: 168, objects: 1, site: null},
      {className: 'Array', memsize: 80, objects: 2, site: {file: '/app/x.rb', line: 1}},
      {className: 'Array', memsize: 40, objects: 1, site: null},
    ])
    expect({emptyMemsize, emptyObjects}).toEqual({emptyMemsize: 288, emptyObjects: 4})
  })

  it('have the capacity that Ruby prints for strings', async () => {
    const stored = readFileSync(new URL('../../../fixtures/dumps/ruby-3.3-64bit-traced.json.gz', import.meta.url))
    const subject = new Subject('fixture', await read(stored))
    const printed = new Map<string, number>()
    for (const [, address, capacity] of gunzipSync(stored)
      .toString('latin1')
      .matchAll(/^\{"address":"(0x\w+)", "type":"STRING".*?"capacity":(\d+)/gm))
      printed.set(address, Number(capacity))
    const strings = collections(subject, {top: 0}).oversized.filter(row => row.type === 'STRING')
    const known = strings.filter(row => printed.has(row.address))
    expect(known.length).toBeGreaterThan(50)
    // Encodings of two and four bytes a character end in as many zeros.
    for (const {address, capacity} of known) expect([0, 1, 3]).toContain((capacity ?? 0) - (printed.get(address) ?? 0))
    expect(known.filter(row => row.capacity === printed.get(row.address)).length).toBeGreaterThan(known.length * 0.9)
  })
})

describe('threads', () => {
  it('are listed with what only they hold, and their reserved stacks separately', async () => {
    const {
      heap,
      report: {threads, memory},
    } = await reportOf(`
      ROOT vm > main worker Shop
      Shop   CLASS 100 name=Shop > cart
      Thread CLASS 100 name=Thread
      main   DATA:Thread 416 struct=VM/thread > cart
      worker DATA:Thread 1049096 struct=VM/thread at=/app/w.rb:2 > cart request request fiber
      fiber  DATA 300 struct=fiber > local
      request HASH 40 size=0 > body
      body   STRING 500
      local  STRING 60
      cart   HASH 40 size=0
    `)
    expect(
      threads.map(({address, kind, references, reservedBytes, retainedSize}) => [
        heap.name(address),
        kind,
        references,
        retainedSize - reservedBytes,
      ]),
    ).toEqual([
      ['worker', 'thread', 4, 1049096 - 1048576 + 300 + 60 + 40 + 500],
      ['main', 'thread', 2, 416],
      ['fiber', 'fiber', 1, 360],
    ])
    // Largest first; the cart is the shop's.
    expect(threads[0].holds.map(({label, objects}) => [label, objects])).toEqual([
      ['(HASH), 0 entries', 1],
      ['(DATA fiber)', 1],
    ])
    expect(memory).toMatchObject({threadStackBytes: 1048576, threads: 2})
  })

  it('hold what the agent recorded of their stacks', async () => {
    const {
      heap,
      report: {threads},
    } = await reportOf(`
      ROOT vm > Stack record
      Stack  CLASS 100 name=Heapdump::ThreadStack
      record OBJECT:Stack 40 > worker list
      list   ARRAY 40 length=1 > request
      worker DATA 416 struct=VM/thread
      request STRING 5000
    `)
    expect(
      threads.map(({address, references, retainedSize}) => [heap.name(address), references, retainedSize]),
    ).toEqual([['worker', 1, 5416]])
  })
})

describe('the interpreter', () => {
  it('is listed by kind, and compiled code by origin', async () => {
    const {
      report: {vm},
    } = await reportOf(`
      ROOT vm > a
      SHAPE 1 0 @x
      SHAPE 2 1 @y
      a IMEMO 900 imemo_type=iseq at=/app/x.rb:1
      b IMEMO 100 imemo_type=iseq
      c IMEMO 48 imemo_type=ment
      d IMEMO 48 imemo_type=ment
      e IMEMO 40 imemo_type=callcache
      f CLASS 500 name=Shop
      g SYMBOL 40
      h OBJECT 40 too_complex_shape=true
    `)
    expect(vm.kinds).toEqual([
      {kind: 'iseq', label: 'code', memsize: 1000, objects: 2},
      {kind: 'CLASS', label: 'classes', memsize: 500, objects: 1},
      {kind: 'ment', label: 'method', memsize: 96, objects: 2},
      {kind: 'callcache', label: 'method cache', memsize: 40, objects: 1},
      {kind: 'SYMBOL', label: 'symbols created at run time', memsize: 40, objects: 1},
    ])
    expect(vm).toMatchObject({
      code: [{kind: 'app', memsize: 900, name: 'app', objects: 1}],
      memsize: 1676,
      shapes: 2,
      tooComplexObjects: 1,
    })
  })
})

describe('heap pages', () => {
  it('are 64 KiB each, with slots of one size', async () => {
    const line = (name: string, address: string, slot: number, flags = '') =>
      `${name} STRING ${slot} address=${address} slot_size=${slot}${flags}`
    const {heap} = await reportOf(`
      ROOT vm > a
      ${line('a', '0x7f0000010008', 40)}
      ${line('b', '0x7f000001ffd8', 40)}
      ${line('c', '0x7f0000020028', 40)}
      ${line('d', '0x7f00000a0008', 640)}
    `)
    const pages = heapPages(heap.subject.heap, {top: 2})
    expect(pages).toEqual({
      byFill: [3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      bySlotSize: [
        {objects: 3, pages: 2, pagesNeeded: 1, slotSize: 40, slots: 3276},
        {objects: 1, pages: 1, pagesNeeded: 1, slotSize: 640, slots: 102},
      ],
      elsewhere: 0,
      emptiest: [
        {address: '0x7f0000020000', objects: 1, oldObjects: 1, slotSize: 40, slots: 1638},
        {address: '0x7f0000010000', objects: 2, oldObjects: 2, slotSize: 40, slots: 1638},
      ],
      fragmentedBytes: 65_536,
      freeBytes: 3273 * 40 + 101 * 640,
      objects: 4,
      pageBytes: 65_536,
      pages: 3,
      slots: 3378,
    })
  })

  it('of Ruby 3.1 and earlier are 16 KiB each, with slots of 40 bytes, which it does not print', async () => {
    const lines = [
      'a STRING 40 address=0x7f0000010008',
      'b STRING 400 address=0x7f0000013fd0',
      'c STRING 40 address=0x7f000001c028',
    ]
    const {
      report: {pages},
    } = await reportOf(`ROOT vm > a\n${lines.join('\n')}`)
    expect(pages.bySlotSize).toEqual([{objects: 3, pages: 2, pagesNeeded: 1, slotSize: 40, slots: 818}])
    expect(pages).toMatchObject({fragmentedBytes: 16_384, pageBytes: 16_384})
    expect(pages.emptiest.map(({address, objects}) => [address, objects])).toEqual([
      ['0x7f000001c000', 1],
      ['0x7f0000010000', 2],
    ])
  })

  it.each(['2.7-owners', '3.2-traced', '3.3-traced', '3.3-64bit-traced', '3.4-traced', '4.0-traced'])(
    'of Ruby %s never hold more objects than slots',
    async name => {
      const {heap} = await read(readFileSync(new URL(`../../../fixtures/dumps/ruby-${name}.json.gz`, import.meta.url)))
      const {bySlotSize, objects, slots, elsewhere, emptiest, pageBytes} = heapPages(heap, {top: 0})
      expect(objects + elsewhere).toBe(heap.count)
      expect(elsewhere).toBe(0)
      expect(objects).toBeLessThanOrEqual(slots)
      for (const page of emptiest) expect(page.slots).toBeLessThanOrEqual(Math.floor(pageBytes / page.slotSize))
      expect(bySlotSize.length).toBe(new Set(Array.from({length: heap.count}, (_, index) => heap.slotSize(index))).size)
    },
  )
})

describe("the process's memory", () => {
  const lines = `
    ROOT vm > a t
    a STRING 1040 bytesize=900
    b STRING 40
    t DATA 1049096 struct=VM/thread
    x DATA 3000 struct=ObjectTracing/allocation_info_tracer
  `

  it('is what the dump explains, and the rest', async () => {
    const {
      report: {memory},
    } = await reportOf(lines, {}, {processBytes: 10_000_000})
    const memsize = 1040 + 40 + 1_049_096 + 3000
    expect(memory).toEqual({
      besideBytes: memsize - 160,
      explainedBytes: 16_384 + memsize - 160 - 1_048_576,
      heapBytes: memsize - 1_048_576,
      memsize,
      outsideBytes: 10_000_000 - (memsize - 1_048_576),
      pageBytes: 16_384,
      processBytes: 10_000_000,
      slotBytes: 160,
      threadStackBytes: 1_048_576,
      threads: 1,
      tracerMemsize: 3000,
      unexplainedBytes: 10_000_000 - (16_384 + memsize - 160 - 1_048_576),
    })
  })

  it('is unknown if it was not recorded', async () => {
    expect((await reportOf(lines)).report.memory).toMatchObject({processBytes: null, unexplainedBytes: null})
  })

  it('is never negative', async () => {
    expect((await reportOf(lines, {}, {processBytes: 10})).report.memory.unexplainedBytes).toBe(0)
  })
})

describe('paths', () => {
  it('are computed only on request', async () => {
    const lines = 'ROOT vm > a\nROOT finalizers > c\na ARRAY 40 length=1 > b\nb STRING 40\nc STRING 40\nd STRING 40'
    expect((await reportOf(lines)).report.paths).toBeNull()
    const {paths} = (await reportOf(lines, {paths: true})).report
    expect(paths).toMatchObject([
      {
        found: 1,
        label: '(ARRAY), 1 element',
        leadsTo: 2,
        next: [{found: 1, leadsTo: 1, next: [], reference: 'element'}],
        reference: 'ROOT VM',
      },
      {found: 1, leadsTo: 1, next: [], reference: 'ROOT finalizers'},
    ])
  })
})
