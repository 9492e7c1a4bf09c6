// Browsing a small heap: ROOT → Cache (class) → Hash → Array, String, String; and an unreachable String.
import {beforeAll, describe, expect, it} from 'vitest'
import {
  type ListQuery,
  type ListSource,
  objectFacts,
  objectPage,
  sitePage,
} from '../../../../src/lib/analysis/browse/browse.js'
import {largestFirst} from '../../../../src/lib/analysis/objects/largest-first.js'
import {Subject} from '../../../../src/lib/analysis/objects/subject.js'
import {dumpOf, read} from '../../../support/dump-text.js'

const at = (number: number) => `0x7f${(0x1000 + number * 40).toString(16).padStart(8, '0')}`
const site = {file: '/app/cache.rb', generation: 7, line: 3}

describe('browsing a heap', () => {
  let subject: Subject
  beforeAll(async () => {
    const lines = dumpOf(
      {references: [at(1), at(2), at(3)], root: 'vm', type: 'ROOT'},
      {address: at(1), memsize: 500, name: 'Cache', references: [at(10)], type: 'CLASS'},
      {address: at(2), memsize: 400, name: 'String', type: 'CLASS'},
      {address: at(3), memsize: 400, name: 'Hash', type: 'CLASS'},
      {
        address: at(10),
        class: at(3),
        memsize: 100,
        references: [at(20), at(21), at(22), at(21), at(99)],
        size: 3,
        type: 'HASH',
      },
      {address: at(20), class: at(2), memsize: 40, type: 'STRING', ...site},
      {address: at(21), class: at(2), memsize: 60, type: 'STRING', ...site},
      {address: at(22), length: 1, memsize: 40, references: [at(23)], type: 'ARRAY'},
      {address: at(23), class: at(2), memsize: 40, type: 'STRING', ...site},
      {address: at(30), class: at(2), memsize: 77, type: 'STRING', ...site},
    )
    subject = new Subject('test', await read(lines))
  })

  const page = (source: ListSource, options: Partial<ListQuery> = {}) =>
    objectPage(subject, {filter: '', isGrouped: false, limit: 100, offset: 0, sort: 'retained', source, ...options})
  const addresses = (source: ListSource, options = {}) => page(source, options).rows.map(row => row.address)

  it('shows an object', () => {
    expect(objectFacts(subject, {address: at(10)})).toMatchObject({
      alive: true,
      className: 'Hash',
      memsize: 100,
      retainedObjects: 5,
      retainedSize: 280,
      root: null,
      site: null,
    })
    expect(objectFacts(subject, {address: at(1)})).toMatchObject({label: 'Cache (class)', root: 'ROOT VM'})
    expect(objectFacts(subject, {address: at(30)})).toMatchObject({
      alive: false,
      generation: 7,
      retainedSize: 0,
      site: {file: '/app/cache.rb', line: 3},
    })
    expect(objectFacts(subject, {address: '0x1'})).toBeNull()
  })

  it('lists the references of an object, largest first, once each', () => {
    expect(addresses({address: at(10), kind: 'references'})).toEqual([at(22), at(21), at(20)])
    expect(page({address: at(10), kind: 'references'}).rows[0]).toMatchObject({
      reference: 'key or value',
      retainedSize: 80,
    })
  })

  it('lists its referrers, with the kind of reference', () => {
    expect(page({address: at(21), kind: 'referrers'})).toMatchObject({
      rows: [{address: at(10), reference: 'key or value'}],
      total: 1,
    })
    expect(addresses({address: at(30), kind: 'referrers'})).toEqual([])
  })

  it('lists what it keeps alive, and the path from the root', () => {
    expect(addresses({address: at(10), kind: 'children'})).toEqual([at(22), at(21), at(20)])
    expect(page({address: at(23), kind: 'path'}).rows.map(row => [row.address, row.reference])).toEqual([
      [at(1), 'ROOT VM'],
      [at(10), 'constant or variable'],
      [at(22), 'key or value'],
      [at(23), 'element'],
    ])
    expect(page({address: at(23), kind: 'path'}, {offset: 2}).rows[0].reference).toBe('key or value')
    expect(page({address: at(23), kind: 'path'}, {filter: at(22)}).rows.map(row => row.reference)).toEqual([
      'key or value',
    ])
    expect(addresses({address: at(30), kind: 'path'})).toEqual([at(30)])
  })

  it('lists the objects of a class and of a line, garbage last', () => {
    expect(addresses({kind: 'class', name: 'String'})).toEqual([at(21), at(20), at(23), at(30)])
    expect(addresses({file: '/app/cache.rb', kind: 'site', line: 3})).toHaveLength(4)
    expect(addresses({kind: 'class', name: 'Nobody'})).toEqual([])
    expect(addresses({file: '/app/cache.rb', kind: 'site', line: 4})).toEqual([])
  })

  it('returns pages, and only rows that match the filter', () => {
    expect(page({kind: 'class', name: 'String'}, {limit: 2, offset: 1})).toMatchObject({
      offset: 1,
      rows: [{address: at(20)}, {address: at(23)}],
      total: 4,
    })
    expect(addresses({address: at(10), kind: 'references'}, {filter: 'strin'})).toEqual([at(21), at(20)])
    expect(
      addresses({address: at(10), kind: 'references'}, {filter: at(20).toUpperCase().replace('0X', '0x')}),
    ).toEqual([at(20)])
    for (const [filter, total] of [
      ['s', 2],
      ['st', 2],
      ['str', 2],
      ['strx', 0],
      ['str', 2],
      ['0', 0],
      ['0x', 3],
      ['', 3],
    ] as const) {
      expect([filter, page({address: at(10), kind: 'references'}, {filter}).total]).toEqual([filter, total])
    }

    expect(page({address: at(10), kind: 'references'}, {filter: 'nothing'})).toEqual({
      matches: 0,
      offset: 0,
      rows: [],
      total: 0,
    })
  })

  it('sorts by shallow size', () => {
    expect(addresses({address: at(10), kind: 'children'}, {sort: 'shallow'})).toEqual([at(21), at(20), at(22)])
  })

  it('groups by class, each with the union of what its objects retain', () => {
    const grouped = page({address: at(10), kind: 'children'}, {isGrouped: true})
    expect(
      grouped.rows.map(({label, memsize, objects, retainedSize}) => [label, objects, memsize, retainedSize]),
    ).toEqual([
      ['String', 2, 100, 100],
      ['(ARRAY), 1 element', 1, 40, 80],
    ])
    const byNumber = page({address: at(10), kind: 'references'}, {isGrouped: true, sort: 'objects'})
    expect(byNumber.rows.map(({objects}) => objects)).toEqual([2, 1])
    const part: ListSource = {className: 'String', kind: 'part', of: {address: at(10), kind: 'children'}}
    expect(page(part).rows.map(({address, reference}) => [address, reference])).toEqual([
      [at(21), 'key or value'],
      [at(20), 'key or value'],
    ])
  })

  it('finds among all objects, also garbage, by class, name and address', () => {
    expect(page({kind: 'all'}).rows[0].address).toBe(at(1))
    expect(addresses({kind: 'all'}, {filter: 'cach'})).toEqual([at(1)])
    expect(addresses({kind: 'all'}, {filter: 'string'})).toEqual([at(2), at(21), at(20), at(23), at(30)])
    expect(addresses({kind: 'all'}, {filter: at(30)})).toEqual([at(30)])
    expect(page({kind: 'all'}, {filter: at(20).slice(0, -3)}).matches).toBe(9)
    expect(page({kind: 'all'}, {filter: '0x8'}).matches).toBe(0)
  })

  it('tells where what an object keeps alive was allocated', () => {
    const sites = (options = {}) =>
      sitePage(subject, {address: at(10), filter: '', limit: 10, offset: 0, sort: 'shallow', ...options})
    expect(sites()).toEqual({
      offset: 0,
      rows: [{file: '/app/cache.rb', line: 3, memsize: 140, objects: 3}],
      total: 1,
    })
    expect(sites({filter: 'cache.rb:4'}).total).toBe(0)
    expect(sites({address: at(30)}).total).toBe(0)
    const below: ListSource = {below: at(22), file: '/app/cache.rb', kind: 'site', line: 3}
    expect(addresses(below)).toEqual([at(23)])
  })
})

describe('a list of more objects than anyone reads', () => {
  it('has the largest 1,000, and says how many there are', async () => {
    const count = 12_000
    const lines = dumpOf(
      {references: [at(1)], root: 'vm', type: 'ROOT'},
      {
        address: at(1),
        memsize: 40,
        name: 'Cache',
        references: Array.from({length: count}, (_, n) => at(n + 10)),
        type: 'CLASS',
      },
      ...Array.from({length: count}, (_, n) => ({address: at(n + 10), memsize: 40 + (n % 7) * 40, type: 'STRING'})),
    )
    const subject = new Subject('test', await read(lines))
    const query = {filter: '', isGrouped: false, limit: 2, offset: 0, sort: 'retained'} as const
    for (const source of [{address: at(1), kind: 'children'}, {kind: 'all'}] as const) {
      const first = objectPage(subject, {...query, source})
      expect([first.total, first.matches]).toEqual([1000, source.kind === 'all' ? count + 1 : count])
      const last = objectPage(subject, {...query, offset: 998, source}).rows
      // Each of the seven sizes has 1,714 objects.
      expect(last.map(({memsize}) => memsize)).toEqual([280, 280])
    }
  })
})

describe('largest first', () => {
  it('sorts by size, ties in order, whatever the sizes', () => {
    const sizes = [5, 2 ** 40, 0, 5, 2 ** 40 + 8, 0]
    expect([...largestFirst(Int32Array.of(0, 1, 2, 3, 4, 5), sizes)]).toEqual([4, 1, 0, 3, 2, 5])
    expect([...largestFirst(Int32Array.of(3, 0), sizes)]).toEqual([3, 0])
    expect([...largestFirst(new Int32Array(0), sizes)]).toEqual([])
  })

  it('is the same as sorting with a function', () => {
    let seed = 1
    const random = () => (seed = (seed * 48_271) % 2_147_483_647)
    const sizes = Array.from({length: 5000}, () => (random() % 50) * 40)
    const indexes = Int32Array.from(sizes.keys())
    expect(largestFirst(indexes, sizes)).toEqual(indexes.toSorted((a, b) => sizes[b] - sizes[a] || a - b))
  })
})
