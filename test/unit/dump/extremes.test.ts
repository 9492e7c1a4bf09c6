// Correct but unusual records.
import {describe, expect, it} from 'vitest'
import {FLAG, NONE} from '../../../src/lib/heap/columns.js'
import {dumpOf, read, reportOf} from '../../support/dump-text.js'

const address = (number: number) => `0x${(0x7f0000000000 + number * 40).toString(16)}`
const object = (number: number, more: object = {}) => ({
  address: address(number),
  type: 'OBJECT',
  ivars: 0,
  memsize: 40,
  flags: {},
  ...more,
})

describe('sizes', () => {
  it('of 4 GiB or more are exact', async () => {
    const sizes = [0, 1, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 5_000_000_000, 2 ** 47 - 1]
    const dump = dumpOf(...sizes.map((memsize, number) => object(number, {memsize})))
    for (const text of [dump, dump.replaceAll(', ', ',')]) {
      const result = await read(text)
      expect(sizes.map((_, index) => result.heap.memsize(index))).toEqual(sizes)
      expect(reportOf(result).totals.memsize).toBe(sizes.reduce((a, b) => a + b))
    }
  })

  it('and generations beyond 65,535 are exact, and generation 0 is not nil', async () => {
    const result = await read(
      dumpOf(
        object(0, {generation: 70_000}),
        object(1, {generation: 0}),
        object(2),
        object(3, {generation: 2 ** 31 - 1}),
      ),
    )
    expect(reportOf(result).generations.map(row => row.generation)).toEqual([null, 0, 70_000, 2 ** 31 - 1])
  })
})

describe('references', () => {
  it('to addresses without a record count and lead nowhere', async () => {
    const result = await read(
      dumpOf(object(0, {references: [address(1), address(500), '0x10']}), object(1, {class: address(900)})),
    )
    const {heap} = result
    expect([...heap.columns.edges]).toEqual([1, NONE, NONE])
    expect(reportOf(result).totals.references).toBe(3)
    expect(heap.columns.classes[1]).toBe(NONE)
    expect(reportOf(result).classes).toMatchObject([{name: '(OBJECT)', objects: 2}])
  })

  it('may repeat, and refer to the object itself', async () => {
    const {heap} = await read(dumpOf(object(0, {references: [address(0), address(1), address(1)]}), object(1)))
    expect([...heap.columns.edges]).toEqual([0, 1, 1])
  })

  it('of roots may fill more than a megabyte before the first object', async () => {
    const addresses = Array.from({length: 70_000}, (_, slot) => `0x7f${(slot * 8).toString(16).padStart(10, '0')}`)
    const {heap} = await read(
      dumpOf(
        {references: addresses, root: 'vm', type: 'ROOT'},
        {address: addresses[1], type: 'OBJECT', memsize: 40, flags: {}},
      ),
    )
    expect(heap.count).toBe(1)
    expect(heap.graph.isReachable(0)).toBe(true)
  })

  it('may be a million in one line of 18 MB', async () => {
    const references = Array.from({length: 1_000_000}, (_, number) => `"${address(number % 3)}"`).join(', ')
    const list = dumpOf(object(2, {references: [], type: 'ARRAY', length: 1_000_000})).replace(
      '[]',
      () => `[${references}]`,
    )
    const {heap, bytes} = await read(dumpOf(object(0), object(1)) + list)
    expect(bytes).toBeGreaterThan(17_000_000)
    expect(heap.count).toBe(3)
    expect(heap.columns.edges.length).toBe(1_000_000)
    expect(heap.columns.edges.subarray(0, 4)).toEqual(Int32Array.from([0, 1, 2, 0]))
  }, 30_000)
})

describe('addresses', () => {
  it.each(['0xff80000000000002', '0x1', '0xdeadbeefdeadbeef', '0x7f0000000003', '0x00007f0000000050', '0x0'])(
    '%s is one',
    async odd => {
      const result = await read(
        dumpOf(object(0, {class: odd, references: [odd]}), {
          address: odd,
          type: 'CLASS',
          name: 'Odd',
          memsize: 1,
          flags: {},
        }),
      )
      const {heap} = result
      expect(heap.columns.classes[0]).toBe(1)
      expect([...heap.columns.edges]).toEqual([1])
      expect(heap.find(odd)).toBe(1)
      expect(reportOf(result).classes.map(row => row.name)).toContain('Odd')
      expect(BigInt(heap.address(1))).toBe(BigInt(odd))
    },
  )

  it('out of order, and twice, are found', async () => {
    const {heap} = await read(
      dumpOf(
        object(9, {references: [address(3), address(9)]}),
        object(3, {references: [address(9)]}),
        object(9, {memsize: 1}),
      ),
    )
    expect([...heap.columns.edges]).toEqual([1, 0, 0])
    expect(heap.count).toBe(3)
  })
})

describe('records', () => {
  it('other than objects are not counted', async () => {
    const result = await read(
      dumpOf(
        {type: 'ROOT', root: 'vm', references: [address(0)]},
        {
          address: '0x1000',
          type: 'SHAPE',
          id: 1,
          parent_id: 0,
          depth: 1,
          shape_type: 'IVAR',
          edge_name: '@name',
          edges: 0,
          memsize: 164,
        },
        {address: address(5), type: 'NONE'},
        object(0, {shape_id: 1}),
      ),
    )
    const {heap} = result
    expect(reportOf(result).totals).toMatchObject({memsize: 40, objects: 1, reachableObjects: 1, references: 0})
    expect([...heap.columns.roots]).toEqual([0])
    expect(heap.tables.shapeTable.variables(heap.columns.shapes[0] - 1)).toEqual(['@name'])
  })

  it('of unknown types are counted under their names', async () => {
    const {heap} = await read(
      dumpOf(
        object(0, {type: 'QUATERNION'}),
        object(1, {type: 'ZOMBIE'}),
        object(2, {type: 'STRINGS'}),
        object(3, {type: 'NODE'}),
      ),
    )
    expect([0, 1, 2, 3].map(index => heap.typeName(index))).toEqual(['QUATERNION', 'ZOMBIE', 'STRINGS', 'NODE'])
  })

  it('with unknown members are read', async () => {
    const {heap, malformedLines} = await read(
      dumpOf(
        object(0, {moon: 'full "moon"', phase: -1.5e3, visible: null, orbit: {of: {earth: [1, {}]}}, memsize: 77}),
        {aside: true, ...object(1, {class: address(0)})},
      ),
    )
    expect({malformedLines, memsize: heap.memsize(0) + heap.memsize(1), objects: heap.count}).toEqual({
      malformedLines: 0,
      memsize: 117,
      objects: 2,
    })
  })

  it('keep the details of each type', async () => {
    const {heap} = await read(
      dumpOf(
        {
          address: address(0),
          type: 'STRING',
          shared: true,
          encoding: 'UTF-8',
          references: [address(1)],
          memsize: 40,
          flags: {},
        },
        {
          address: address(1),
          type: 'STRING',
          frozen: true,
          fstring: true,
          bytesize: 3,
          value: 'abc',
          memsize: 40,
          flags: {},
        },
        {address: address(2), type: 'FILE', fd: -1, memsize: 248, flags: {}},
        {address: address(3), type: 'IMEMO', class: '0xff80000000000002', imemo_type: 'env', memsize: 40, flags: {}},
        {address: address(4), type: 'IMEMO', class: address(5), imemo_type: 'fields', memsize: 40, flags: {}},
        {
          address: address(5),
          type: 'CLASS',
          singleton: true,
          real_class_name: 'Shop',
          superclass: address(6),
          memsize: 9,
          flags: {},
        },
        {address: address(6), type: 'DATA', struct: 'VM/thread', memsize: 9, flags: {}},
        {address: address(7), type: 'HASH', size: 12, memsize: 9, flags: {}},
      ),
    )
    const {flags, sizes, details, classes: owners} = heap.columns
    expect(flags[0] & FLAG.shared).toBeTruthy()
    expect([details[0], sizes[0]]).toEqual([NONE, 0])
    expect(flags[1]).toBe(FLAG.frozen | FLAG.fstring)
    expect([sizes[1], sizes[2], sizes[7]]).toEqual([3, -1, 12])
    expect([owners[3], owners[4]]).toEqual([NONE, NONE])
    expect([3, 4, 5, 6].map(index => heap.detail(index))).toEqual(['env', 'fields', 'Shop', 'VM/thread'])
    expect(heap.tables.superclasses.get(5)).toBe(6)
  })
})

describe('a file that is not a dump', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'empty_dump'],
    ['a line break', '\n', 'not_a_dump'],
    ['one byte', '{', 'not_a_dump'],
    [
      'a picture',
      Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({length: 5000}, (_, at) => (at * 7919) % 256)]),
      'not_a_dump',
    ],
    ['prose', 'To be, or not to be\n'.repeat(200_000), 'not_a_dump'],
    ['HTML', '<!doctype html>\n<html><body>{"type":"OBJECT"}</body></html>\n', 'not_a_dump'],
    ['another JSON', '{"name":"package","version":"1.0.0"}\n', 'not_a_dump'],
    ['a JSON array', '[1, 2, 3]\n', 'not_a_dump'],
    ['zeros', new Uint8Array(3_000_000), 'not_a_dump'],
    ['a line without an end', 'x'.repeat(40_000_000), 'not_a_dump'],
    ['half a gzip header', Uint8Array.from([0x1f, 0x8b]), 'not_a_dump'],
    ['a damaged gzip', Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff]), 'not_a_dump'],
  ])('is rejected: %s', async (_, bytes, code) => {
    await expect(read(bytes)).rejects.toMatchObject({code})
  })
})
