// Results of scans on any heap, compared with a simple count of one object after another.
import {array, assert, asyncProperty, constantFrom, integer, nat, option, record} from 'fast-check'
import {expect, it} from 'vitest'
import {generations} from '../../../../src/lib/analysis/tables/generations.js'
import {classesOf} from '../../../../src/lib/analysis/objects/class-groups.js'
import {className} from '../../../../src/lib/analysis/objects/class-names.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {Subject} from '../../../../src/lib/analysis/objects/subject.js'
import {valueCounts} from '../../../../src/lib/analysis/objects/value-counts.js'
import {FLAG} from '../../../../src/lib/heap/columns.js'
import type {Heap} from '../../../../src/lib/heap/heap.js'
import type {HeapGraph} from '../../../../src/lib/heap/heap-graph.js'
import {TYPE} from '../../../../src/lib/heap/object-types.js'
import {cases, sample} from '../../../support/cases.js'
import {dumpOf, read} from '../../../support/dump-text.js'

const CLASSES = 3
const object = record({
  class: option(integer({max: CLASSES - 1, min: 0})),
  generation: option(constantFrom(3, 4, 7, 4_000_000)),
  line: option(integer({max: 4, min: 1})),
  memsize: constantFrom(0, 40, 80, 5000, 2 ** 32 - 1, 2 ** 32, 2 ** 34),
  old: constantFrom(true, false),
  type: constantFrom('STRING', 'ARRAY', 'HASH', 'DATA', 'IMEMO', 'BRAND_NEW'),
  value: constantFrom('a', 'b', 'c'),
})
type Drawn = typeof object extends {generate: (...all: never[]) => {value: infer T}} ? T : never

function dump(objects: readonly Drawn[]): string {
  const classes = Array.from({length: CLASSES}, (_, number) => ({
    address: `0x7f00000000${number + 1}0`,
    memsize: 500,
    name: `C${number % 2}`,
    type: 'CLASS',
  }))
  return dumpOf(
    ...classes,
    ...objects.map(({class: owner, generation, line, memsize, old, type, value}, number) => ({
      address: `0x${(0x7f0000010000 + number * 40).toString(16)}`,
      type,
      ...(owner === null ? {} : {class: classes[owner].address}),
      ...(type === 'STRING' ? {value} : type === 'IMEMO' ? {imemo_type: value} : {length: number}),
      ...(line === null ? {} : {file: 'a.rb', line}),
      ...(generation === null ? {} : {generation}),
      memsize,
      flags: old ? {old: true, wb_protected: true} : {wb_protected: true},
    })),
  )
}

/** [objects, bytes] by `keyOf`. */
function counted(heap: Heap, keyOf: (index: number) => number | string | null): Map<number | string, [number, number]> {
  const counts = new Map<number | string, [number, number]>()
  for (let index = 0; index < heap.count; index++) {
    const key = keyOf(index)
    if (key === null) continue
    const [objects, bytes] = counts.get(key) ?? [0, 0]
    counts.set(key, [objects + 1, bytes + heap.memsize(index)])
  }

  return counts
}

function rows({memsizes, objects}: {memsizes: Float64Array; objects: Uint32Array}): Map<number, [number, number]> {
  return new Map(
    [...objects.entries()].filter(([, count]) => count > 0).map(([key, count]) => [key, [count, memsizes[key]]]),
  )
}

const everyHeap = (check: (heap: Heap, only: Uint8Array | null) => void) =>
  assert(
    asyncProperty(array(object, {maxLength: 60, minLength: 1}), option(nat(7)), async (objects, mask) => {
      const {heap} = await read(dump(objects))
      check(heap, mask === null ? null : Uint8Array.from({length: heap.count}, (_, index) => (mask >> (index % 3)) & 1))
    }),
    {numRuns: cases(100)},
  )

it('tallies are counts and bytes by a column', () =>
  everyHeap((heap, only) => {
    const {columns, scans, tables} = heap
    const isIn = (index: number) => only === null || only[index] === 1
    const bySite = counted(heap, index =>
      isIn(index) ? (columns.sites[index] === -1 ? tables.siteTable.size : columns.sites[index]) : null,
    )
    expect(rows(scans.tallies.by(columns.sites, tables.siteTable.size, {only}))).toEqual(bySite)
    expect(rows(scans.tallies.byType(only))).toEqual(
      counted(heap, index => (isIn(index) ? columns.types[index] : null)),
    )
    const strings = counted(heap, index =>
      isIn(index) && columns.types[index] === TYPE.STRING ? columns.details[index] : null,
    )
    expect(rows(scans.tallies.by(columns.details, tables.values.size, {only, types: [TYPE.STRING]}))).toEqual(strings)
    const byGeneration = generations(heap, {only}).map(({generation, memsize, objects}) => [
      generation ?? -1,
      [objects, memsize],
    ])
    expect(new Map(byGeneration as Array<[number, [number, number]]>)).toEqual(
      counted(heap, index => (isIn(index) ? columns.generations[index] : null)),
    )
    expect(scans.tallies.memsize).toBe([...counted(heap, () => 0).values()][0][1])
    expect(scans.tallies.flagged(FLAG.young, only)).toBe(
      counted(heap, index => (isIn(index) && columns.flags[index] & FLAG.young ? 0 : null)).get(0)?.[0] ?? 0,
    )
  }))

it('lists are the selected objects, in order', () =>
  everyHeap((heap, only) => {
    const {columns, memsizes, scans} = heap
    const where = (isMeant: (index: number) => boolean) =>
      [...columns.types.keys()].filter(index => (only === null || only[index] === 1) && isMeant(index))
    expect([...scans.select.ofTypes([TYPE.DATA, TYPE.IMEMO], only)]).toEqual(
      where(index => columns.types[index] === TYPE.DATA || columns.types[index] === TYPE.IMEMO),
    )
    expect([...scans.select.ofValues([0, 2], only)]).toEqual(
      where(index => columns.types[index] === TYPE.STRING && [0, 2].includes(columns.details[index])),
    )
    expect([...scans.select.placesOf(columns.generations, 4)]).toEqual(
      [...columns.generations.keys()].filter(index => columns.generations[index] === 4),
    )
    expect([...scans.select.atLeast(memsizes, 80)]).toEqual([...memsizes.keys()].filter(index => memsizes[index] >= 80))
    const sorted = where(index => memsizes[index] > 0).toSorted((a, b) => memsizes[b] - memsizes[a] || a - b)
    for (const top of [0, 1, 5, 100])
      expect([...scans.select.largest(memsizes, top, only)]).toEqual(top === 0 ? sorted : sorted.slice(0, top))
  }))

it('marks are those of the numbers, and of the pages of the addresses', () =>
  everyHeap(heap => {
    const {codes, columns, scans} = heap
    const everyOther = (length: number) => Uint8Array.from({length}, (_, at) => at & 1)
    const ofSites = everyOther(heap.tables.siteTable.size)
    scans.marks.ofNumbers(columns.sites, ofSites, marks => {
      expect([...marks]).toEqual(Array.from(columns.sites, site => (site === -1 ? 0 : ofSites[site])))
      expect(scans.marks.count(marks)).toBe([...marks].filter(mark => mark === 1).length)
    })
    const ofPages = everyOther(codes.pageCount)
    const pageOf = (code: number) => (code >= 0 && code < codes.irregularStart ? ofPages[code >>> codes.slotBits] : 2)
    scans.marks.ofPages(ofPages, 2, marks => expect([...marks]).toEqual(Array.from(columns.addresses, pageOf)))
  }))

it('pairs are counts and bytes by two columns, numbered in order of appearance', () =>
  everyHeap((heap, only) => {
    const {columns, scans} = heap
    const meant = scans.select.ofTypes([TYPE.STRING, TYPE.ARRAY, TYPE.IMEMO], only)
    for (const second of [columns.generations, columns.types]) {
      const {firsts, numbers} = scans.groups.numberPairs(meant, columns.sites, second)
      const keyOf = (index: number) => `${columns.sites[index]} ${second[index]}`
      const expected = counted(heap, index => (meant.includes(index) ? keyOf(index) : null))
      expect(Array.from(firsts, keyOf)).toEqual([...expected.keys()])
      expect(Array.from(numbers, pair => keyOf(firsts[pair]))).toEqual(Array.from(meant, keyOf))
      expect([...firsts]).toEqual([...new Set(numbers)].map(pair => meant[numbers.indexOf(pair)]))
      if (second instanceof Uint8Array) continue
      const pairs = scans.groups.pairs(meant, columns.sites, second)
      expect(pairs.firsts).toEqual(firsts)
      expect(Array.from(firsts, (__, pair) => [pairs.objects[pair], pairs.memsizes[pair]])).toEqual([
        ...expected.values(),
      ])
    }
  }))

it('classes with the same name are one group, objects without a class are grouped by type', () =>
  everyHeap(heap => {
    const {groupOf, names} = classesOf(heap)
    expect(Array.from(groupOf, group => names[group])).toEqual(
      Array.from(groupOf, (_, index) => className(heap, index)),
    )
    expect(new Set(names).size).toBe(names.length)
  }))

it('unused capacity is that of all arrays, hashes and strings, largest first', () =>
  everyHeap((heap, only) => {
    const {columns, scans} = heap
    const meant = [TYPE.STRING, TYPE.ARRAY, TYPE.HASH]
    const all = [...columns.types.keys()].filter(
      index => (only === null || only[index] === 1) && meant.includes(columns.types[index]),
    )
    const found = scans.collections.find(3, only)
    expect(found.unused).toBe(all.reduce((sum, index) => sum + scans.collections.capacityOf(index).unused, 0))
    const rooms = all
      .map(index => scans.collections.capacityOf(index).unused)
      .filter(unused => unused > 0)
      .toSorted((a, b) => b - a)
    expect(
      found.oversized
        .map(index => scans.collections.capacityOf(index).unused)
        .toSorted((a, b) => b - a)
        .slice(0, 3),
    ).toEqual(rooms.slice(0, 3))
    expect([...found.empty]).toEqual(all.filter(index => columns.sizes[index] === 0))
    const lengths = all.filter(index => columns.types[index] !== TYPE.STRING && columns.sizes[index] > 0)
    expect([...found.longest]).toEqual(
      lengths.toSorted((a, b) => columns.sizes[b] - columns.sizes[a] || a - b).slice(0, 3),
    )
  }))

it('pages count the objects on them', () =>
  everyHeap(heap => {
    const {codes, columns, pageBits, scans} = heap
    const pageOf = (index: number) => columns.addresses[index] >> (pageBits - codes.alignmentBits)
    const {elsewhere, objects, oldObjects, slotBytes} = scans.pages.counts
    expect(elsewhere).toBe(0)
    expect(new Map([...objects.entries()].filter(([, count]) => count > 0))).toEqual(
      new Map([...counted(heap, pageOf)].map(([page, [count]]) => [page, count])),
    )
    expect([...oldObjects].reduce((sum, count) => sum + count, 0)).toBe(
      [...columns.flags].filter(flags => (flags & FLAG.young) === 0).length,
    )
    expect(slotBytes).toBe(
      [...columns.types.keys()].reduce((sum, index) => sum + Math.min(heap.memsize(index), heap.slotSize(index)), 0),
    )
  }))

it('the capacity of a hash follows from the size of its table, including bins', async () => {
  const tables = [
    [2, 0],
    [4, 0],
    [5, 1],
    [7, 1],
    [8, 2],
    [15, 2],
    [16, 4],
    [20, 4],
  ].map(([power, width]) => ({
    capacity: 2 ** power,
    memsize: 40 + 56 + 24 * 2 ** power + width * 2 ** (power + 1),
  }))
  const {heap} = await read(
    dumpOf(
      ...tables.map(({memsize}, number) => ({
        address: `0x${(0x7f0000000000 + number * 40).toString(16)}`,
        type: 'HASH',
        length: 1,
        memsize,
        flags: {},
      })),
    ),
  )
  for (const [index, {capacity}] of tables.entries())
    expect(heap.scans.collections.capacityOf(index)).toEqual({capacity, unused: (capacity - 1) * 24})
})

const node = record({
  above: nat(30),
  code: constantFrom(false, false, true),
  generation: option(constantFrom(1, 2, 3, 4)),
  line: option(integer({max: 3, min: 1})),
  memsize: constantFrom(0, 40, 80, 500),
  text: constantFrom('a', 'b', 'c', 'd'),
})
type Node = typeof node extends {generate: (...all: never[]) => {value: infer T}} ? T : never

/** A tree of strings and methods, each below an earlier one; some are below none and are garbage. */
async function treeOf(nodes: readonly Node[]): Promise<HeapGraph> {
  const address = (number: number) => `0x${(0x7f0000000000 + number * 40).toString(16)}`
  const below = (number: number) =>
    nodes.flatMap(({above}, other) => (other > number && above % (other + 1) === number ? [address(other)] : []))
  const {heap} = await read(
    dumpOf(
      {references: [address(0)], root: 'vm', type: 'ROOT'},
      ...nodes.map(({code, generation, line, memsize, text}, number) => ({
        address: address(number),
        type: code ? 'IMEMO' : 'STRING',
        ...(code ? {imemo_type: 'ment'} : {value: text}),
        references: below(number),
        ...(line === null ? {} : {file: 'a.rb', line}),
        ...(generation === null ? {} : {generation}),
        memsize,
        flags: {},
      })),
    ),
  )
  return heap.graph
}

it('bytes by site cover everything that nodes dominate, starting with the last node, up to a limit', () =>
  assert(
    asyncProperty(
      array(node, {maxLength: 30, minLength: 1}),
      array(nat(29), {maxLength: 6}),
      integer({max: 40, min: 1}),
      async (nodes, picked, most) => {
        const graph = await treeOf(nodes)
        const {
          heap,
          retained: {counts, ends, order},
        } = graph
        const tops = [...new Set(picked.filter(index => index < heap.count))]
        const expected = new Map<number, number>()
        let left = most
        for (const top of tops.toReversed()) {
          if (left <= 0) break
          const below =
            counts[top] === 0 ? [top] : [...order.subarray(ends[top] - counts[top], ends[top])].slice(0, left)
          left -= below.length
          for (const index of below) {
            const site = heap.columns.sites[index]
            if (site !== -1) expected.set(site, (expected.get(site) ?? 0) + heap.memsize(index))
          }
        }

        const {bytesBySite, met, total} = heap.scans.accumulations.sitesBelow(
          graph.retained,
          Int32Array.from(tops),
          most,
        )
        expect(new Map([...new Set(met)].map(site => [site, bytesBySite[site]]))).toEqual(expected)
        expect(total).toBe([...expected.values()].reduce((sum, bytes) => sum + bytes, 0))
      },
    ),
    {numRuns: cases(100)},
  ))

it('new bytes are those of objects after boot below each large one, without code and explained objects', () =>
  assert(
    asyncProperty(
      array(node, {maxLength: 30, minLength: 1}),
      constantFrom(-2, 0, 2, 3),
      constantFrom(0, 80, 600),
      option(nat(29)),
      async (nodes, bootEnd, least, claimed) => {
        const graph = await treeOf(nodes)
        const {
          heap,
          retainedSizes,
          root,
          retained: {order},
        } = graph
        const explained = new Uint8Array(heap.count + 1)
        if (claimed !== null && claimed < heap.count) explained[claimed] = 1
        const expected = new Map<number, number>([[root, 0]])
        const above = (index: number) => [
          ...(function* up() {
            for (let at = index; at !== root; at = graph.dominator(at)) yield at
          })(),
          root,
        ]
        const isLeftOut = (index: number) => above(index).some(at => explained[at] === 1)
        for (const index of order.subarray(1))
          if (!isLeftOut(index) && retainedSizes[index] >= least) expected.set(index, 0)
        for (const index of order.subarray(1)) {
          if (
            isLeftOut(index) ||
            heap.columns.generations[index] <= bootEnd ||
            heap.columns.types[index] === TYPE.IMEMO
          )
            continue
          for (const at of above(index)) if (expected.has(at)) expected.set(at, expected.get(at)! + heap.memsize(index))
        }

        expect(
          heap.scans.accumulations.newBytesBelow(
            {dominators: graph.tree.dominators, order, sizes: retainedSizes},
            explained,
            least,
            bootEnd,
          ),
        ).toEqual(expected)
      },
    ),
    {numRuns: cases(100)},
  ))

it('repeated texts are values of enough reachable strings', () =>
  assert(
    asyncProperty(array(node, {maxLength: 30, minLength: 1}), integer({max: 5, min: 1}), async (nodes, least) => {
      const graph = await treeOf(nodes)
      const {heap, owned} = graph
      const byText = new Map<number, number[]>()
      for (let index = 0; index < heap.count; index++) {
        const text = heap.columns.details[index]
        if (heap.columns.types[index] === TYPE.STRING && graph.isReachable(index))
          byText.set(text, [...(byText.get(text) ?? []), index])
      }

      const frequent = [...byText.values()].filter(({length}) => length >= least)
      const {members, texts} = heap.scans.accumulations.repeatedTexts(valueCounts(heap).objects, least, owned.strengths)
      expect([...members]).toEqual(frequent.flat().toSorted((a, b) => a - b))
      const amounts = frequent.map(all => [all.length, all.reduce((sum, index) => sum + heap.memsize(index), 0)])
      expect(texts.map(({memsize, objects}) => [objects, memsize]).toSorted()).toEqual(amounts.toSorted())
    }),
    {numRuns: cases(100)},
  ))

it.each([
  ['in order', (number: number) => number * 40],
  ['without order', (number: number, count: number) => ((number * 7919) % count) * 40],
  ['far from each other, the last one first', (number: number, count: number) => (count - number) * 16_384],
])(
  'a report of empty collections and equal strings, each with its own line, fits into memory: %s',
  async (_, placeOf) => {
    for (const count of sample([1, 1022, 1024, 1026, 8192], one => one <= 1024)) {
      for (const type of ['ARRAY', 'STRING']) {
        for (const largest of [40, 2 ** 33]) {
          const address = (number: number) => `0x${(0x7f0000000000 + placeOf(number, count)).toString(16)}`
          const objects = Array.from({length: count}, (__, number) => ({
            address: address(number),
            type,
            ...(type === 'ARRAY'
              ? {length: 0, references: [address((number * 7 + 1) % count)]}
              : {bytesize: 0, value: ''}),
            file: 'a.rb',
            generation: number % 1000,
            line: number,
            memsize: number % 997 === 0 ? largest : 40,
            flags: {wb_protected: true},
          }))
          const result = await read(
            dumpOf({references: objects.map(one => one.address), root: 'vm', type: 'ROOT'}, ...objects),
          )
          for (const top of [0, 10])
            expect(report(new Subject('dump', result), {top}).collections.emptyObjects).toBe(count)
        }
      }
    }
  },
)

it('a whole report fits into memory in the worst case: no order, sizes beyond 32 bits, all rows', async () => {
  const address = (number: number) => `0x${(0x7f0000000000 + number * 40).toString(16)}`
  const count = 12_000
  const types = ['STRING', 'ARRAY', 'HASH', 'STRING']
  const objects = Array.from({length: count}, (_, number) => {
    const type = types[number % 4]
    const references = number * 2 + 2 < count ? [address(number * 2 + 1), address(number * 2 + 2)] : []
    return {
      address: address(number),
      type,
      class: address(count),
      ...(type === 'STRING' ? {value: `text ${number}`} : {length: number % 50}),
      file: `${number % 97}.rb`,
      generation: number % 9,
      line: 1 + (number % 500),
      memsize: number === 5 ? 2 ** 33 : 40 + number,
      references,
      flags: {},
    }
  })
  const owner = {address: address(count), memsize: 500, name: 'Text', references: [address(0)], type: 'CLASS'}
  const roots = {root: 'vm', references: [address(count)], type: 'ROOT'}
  const result = await read(dumpOf(roots, owner, ...objects.toReversed()))
  // Repeated, because a report must not keep any memory.
  const asked = [{top: 0}, {generation: 3, top: 0}, {className: 'Text', top: 5}]
  for (const options of Array.from({length: cases(3)}, () => asked).flat()) {
    const subject = new Subject('dump', result)
    expect(subject.graph.retainedSizes).toBeInstanceOf(Float64Array)
    const {totals, selection, suspects} = report(subject, {...options, paths: true})
    expect(totals.reachableObjects).toBe(count)
    expect(selection?.objects ?? count).toBeGreaterThan(1000)
    expect(suspects.length).toBeGreaterThan(0)
  }
})
