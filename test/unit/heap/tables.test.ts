// Texts and values by hash.
import {array, assert, asyncProperty, constantFrom, integer, property, string, tuple} from 'fast-check'
import {expect, it} from 'vitest'
import {HashIndex} from '../../../src/lib/heap/hash-index.js'
import {HeapMemory} from '../../../src/lib/heap/heap-memory.js'
import {ValueTable} from '../../../src/lib/heap/value-table.js'
import {cases} from '../../support/cases.js'
import {dumpOf, read} from '../../support/dump-text.js'

const texts = array(string({maxLength: 40, unit: 'binary'}), {maxLength: 30})

it('equal hashes have one id and different hashes different ids, however the index grows', () => {
  const index = new HashIndex(4)
  // Many have one equal half.
  const ids = Array.from({length: 10_000}, (_, number) => index.idOf((number % 5000) >> 3, number & 7))
  expect(index.size).toBe(5000)
  expect(ids).toEqual(Array.from({length: 10_000}, (_, number) => number % 5000))
  expect(index.key(4321)).toEqual({high: 4321 & 7, low: 4321 >> 3})
})

it('values are stored from the second occurrence on, cut at 1,000 bytes', () => {
  const memory = new HeapMemory()
  const table = new ValueTable(memory)
  const add = (text: string) => {
    const bytes = Buffer.from(`<${text}>`)
    return table.add(bytes, 1, bytes.length - 1)
  }

  const long = 'ä'.repeat(600)
  expect([add('once'), add('twice'), add(long), add('twice'), add(long), add('')]).toEqual([0, 1, 2, 1, 2, 3])
  expect([table.text(0), table.text(1), table.text(2)]).toEqual([null, 'twice', `${'ä'.repeat(500)}…`])
  const ids = Array.from({length: 50_000}, (_, number) => add(`many ${number}`))
  expect(ids.every((id, number) => id === number + 4)).toBe(true)
  table.seal()
  expect(table.size).toBe(50_004)
  for (let number = 0; number < 50_000; number += 999) add(`many ${number}`)
  expect(table.text(999 * 7 + 4)).toBe(`many ${999 * 7}`)
})

const hashesOf = (all: readonly Buffer[]): Set<string> => {
  const table = new ValueTable(new HeapMemory())
  const ids = all.map(text => table.add(text, 0, text.length))
  table.seal()
  return new Set(ids.map(id => `${table.hash(id).low} ${table.hash(id).high}`))
}

it('the hash depends on every byte and on the length', () => {
  assert(
    property(texts, all => {
      expect(hashesOf(all.map(text => Buffer.from(text))).size).toBe(
        new Set(all.map(text => Buffer.from(text).toString('hex'))).size,
      )
    }),
    {numRuns: cases(100)},
  )
  // Each bit of texts with any length up to three steps, and trailing zeros.
  const all = Array.from({length: 49}, (_, length) => [Buffer.alloc(length), Buffer.alloc(length, 'x')]).flat()
  const changed = all.flatMap(text =>
    Array.from({length: text.length * 8}, (_, bit) => {
      const other = Buffer.from(text)
      other[bit >> 3] ^= 1 << (bit & 7)
      return other
    }),
  )
  // Two texts of length 0 are the same.
  expect(hashesOf([...all, ...changed]).size).toBe(all.length + changed.length - 1)
  // Each pair of bits in a text.
  const text = Buffer.from('{"id":1234567,"name":"abcdefgh","n":7}xy')
  const pairs: Buffer[] = []
  for (let one = 0; one < text.length * 8; one++) {
    for (let two = one + 1; two < text.length * 8; two++) {
      const other = Buffer.from(text)
      other[one >> 3] ^= 1 << (one & 7)
      other[two >> 3] ^= 1 << (two & 7)
      pairs.push(other)
    }
  }

  expect(hashesOf(pairs).size).toBe(pairs.length)
})

it('a change in the highest bits of a word is not cancelled by a few bytes of another', () => {
  // With XXH64's original step these two changes cancel each other four times out of five.
  const [first, third] = [0xea00000000000000n, 0x1f0660134d000000n]
  const all = Array.from({length: 500}, (_, number) => {
    const text = Buffer.from(`${String(number * 7919).padStart(12, '0')}abcdefghijkl`)
    const other = Buffer.from(text)
    other.writeBigUInt64LE(BigInt.asUintN(64, text.readBigUInt64LE(0) + first), 0)
    other.writeBigUInt64LE(BigInt.asUintN(64, text.readBigUInt64LE(16) + third), 16)
    const undone = Buffer.from(text)
    undone.writeBigUInt64LE(BigInt.asUintN(64, text.readBigUInt64LE(0) + first), 0)
    undone.writeBigUInt64LE(BigInt.asUintN(64, text.readBigUInt64LE(16) - third), 16)
    return [text, other, undone]
  }).flat()
  expect(hashesOf(all).size).toBe(all.length)
})

it('every bit of the hash is as good as the others, however little the texts differ', () => {
  const table = new ValueTable(new HeapMemory())
  const ids = Array.from({length: 1 << 14}, (_, number) => {
    const text = Buffer.from(`/app/models/user_${number}.rb`)
    return table.add(text, 0, text.length)
  })
  table.seal()
  const set = Array.from({length: 64}, () => 0)
  for (const id of ids)
    for (let bit = 0; bit < 64; bit++)
      set[bit] += ((bit < 32 ? table.hash(id).low : table.hash(id).high) >>> (bit & 31)) & 1
  // Half of them, within six standard deviations.
  for (const count of set) expect(Math.abs(count - ids.length / 2)).toBeLessThan((6 * Math.sqrt(ids.length)) / 2)
})

const filesOf = async (files: readonly string[]) => {
  const {heap} = await read(
    dumpOf(
      ...files.map((file, number) => ({
        address: `0x${(0x7f0000000000 + number * 40).toString(16)}`,
        type: 'OBJECT',
        file,
        line: 1,
        memsize: 40,
        flags: {},
      })),
    ),
  )
  return Array.from(heap.columns.sites, site => heap.tables.siteTable.file(site))
}

it('paths are distinguished wherever they differ, and recognized when they repeat', async () => {
  // Many have the same end, and so the same slot in the cache of recent texts.
  const path = tuple(
    string({maxLength: 3, unit: constantFrom('a', 'b')}),
    integer({max: 120, min: 0}),
    string({maxLength: 2, unit: constantFrom('x', 'y')}),
  )
  await assert(
    asyncProperty(array(path, {maxLength: 12, minLength: 1}), async parts => {
      const paths = parts.map(([start, length, end]) => `${start}${'/'.repeat(length)}${end}.rb`)
      const files = [...paths, ...paths.toReversed(), ...paths]
      expect(await filesOf(files)).toEqual(files)
    }),
    {numRuns: cases(100)},
  )
  // More than there are slots, and some are a prefix of the next.
  const names = Array.from({length: 4000}, (_, number) => String((number * 7) % 3000))
  const files = names.flatMap(name =>
    [4, 5, 7, 8, 13, 31].flatMap(length => [name.padEnd(length, '.'), name.padStart(length, '.')]),
  )
  expect(await filesOf(files)).toEqual(files)
  // Only the middle differs, or only the last bytes.
  const long = names.flatMap(name => [`${name.padStart(40, '-')}${'-'.repeat(40)}`, name.padStart(80, '-')])
  expect(await filesOf(long)).toEqual(long)
})

it('a value is the same however it was printed', async () => {
  await assert(
    asyncProperty(texts, async values => {
      const records = values.map((value, number) => ({
        address: `0x${(0x7f0000000000 + number * 40).toString(16)}`,
        type: 'STRING',
        value: `v${Buffer.from(value).toString()}`,
        memsize: 40,
        flags: {},
      }))
      const parsed = records.map(record => JSON.stringify(record))
      const scanned = dumpOf(...records.map(record => ({...record, value: ''})))
        .split('\n')
        .slice(0, -1)
        .map((line, at) => line.replace('"value":""', () => `"value":${JSON.stringify(records[at].value)}`))
      const {heap} = await read(
        `${dumpOf({address: '0x10', type: 'OBJECT', memsize: 1, flags: {}})}${[...scanned, ...parsed].join('\n')}\n`,
      )
      const details = [...heap.columns.details].slice(1)
      expect(details.slice(values.length)).toEqual(details.slice(0, values.length))
      expect(new Set(details).size).toBe(new Set(records.map(({value}) => value)).size)
    }),
    {numRuns: cases(100)},
  )
})

it('texts and hashes of values stay valid after the memory for reading is reused', async () => {
  const values = Array.from({length: 3000}, (_, number) => `value ${number % 2000}`)
  const {heap} = await read(
    dumpOf(
      ...values.map((value, number) => ({
        address: `0x${(0x7f0000000000 + number * 40).toString(16)}`,
        type: 'STRING',
        value,
        memsize: 40,
        flags: {},
      })),
    ),
  )
  const taken = heap.scratch.take(60_000).fill(-1)
  heap.scratch.give(taken)
  expect(heap.graph.tree.depth).toBe(0)
  const {details} = heap.columns
  for (let index = 0; index < 3000; index++) {
    expect(heap.tables.values.hash(details[index])).toEqual(heap.tables.values.hash(details[index % 2000]))
    expect(heap.tables.values.text(details[index])).toBe(details[index] < 1000 ? values[index] : null)
  }
})
