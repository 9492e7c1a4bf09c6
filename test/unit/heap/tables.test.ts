// Texts and values by their hashes, in step with the scanner's own arithmetic.
import {array, assert, asyncProperty, constantFrom, integer, property, string, tuple} from 'fast-check'
import {expect, it} from 'vitest'
import {HashIndex} from '../../../src/lib/heap/hash-index.js'
import {HeapMemory} from '../../../src/lib/heap/heap-memory.js'
import {hashText} from '../../../src/lib/heap/text-hash.js'
import {ValueTable} from '../../../src/lib/heap/value-table.js'
import {dumpOf, read} from '../../support/dump-text.js'

const texts = array(string({maxLength: 40, unit: 'binary'}), {maxLength: 30})

it('equal texts have one id, different ones different ids, through every growth', () => {
  const index = new HashIndex(4)
  const ids = Array.from({length: 10_000}, (_, number) => {
    const {low, high} = hashText(Buffer.from(`text ${number % 5000}`))
    return index.idOf(low, high)
  })
  expect(index.size).toBe(5000)
  expect(ids).toEqual(Array.from({length: 10_000}, (_, number) => number % 5000))
})

it('values are kept from the second time on, cut at 1,000 bytes', () => {
  const memory = new HeapMemory()
  const table = new ValueTable(memory)
  const add = (text: string) => {
    const bytes = Buffer.from(`<${text}>`)
    const {low, high} = hashText(bytes, 1, bytes.length - 1)
    return table.add(low, high, bytes, 1, bytes.length - 1)
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

it('the hash depends on every byte and on the length', () => {
  assert(
    property(texts, all => {
      const hashes = all.map(text => hashText(Buffer.from(text)))
      expect(new Set(hashes.map(({low, high}) => `${low} ${high}`)).size).toBe(new Set(all.map(text => Buffer.from(text).toString('hex'))).size)
    }),
  )
})

const filesOf = async (files: readonly string[]) => {
  const {heap} = await read(
    dumpOf(...files.map((file, number) => ({address: `0x${(0x7f0000000000 + number * 40).toString(16)}`, type: 'OBJECT', file, line: 1, memsize: 40, flags: {}}))),
  )
  return Array.from(heap.columns.sites, site => heap.tables.siteTable.file(site))
}

it('paths are told apart wherever they differ, and are the same when they come again', async () => {
  // Many share their ends, and so their places among the texts that were met lately.
  const path = tuple(string({maxLength: 3, unit: constantFrom('a', 'b')}), integer({max: 120, min: 0}), string({maxLength: 2, unit: constantFrom('x', 'y')}))
  await assert(
    asyncProperty(array(path, {maxLength: 12, minLength: 1}), async parts => {
      const paths = parts.map(([start, length, end]) => `${start}${'/'.repeat(length)}${end}.rb`)
      const files = [...paths, ...paths.toReversed(), ...paths]
      expect(await filesOf(files)).toEqual(files)
    }),
  )
  // More than there are places, and some are the beginning of the next.
  const files = Array.from({length: 4000}, (_, number) => [4, 5, 7, 8, 13, 31].map(length => String((number * 7) % 3000).padEnd(length, '.'))).flat()
  expect(await filesOf(files)).toEqual(files)
})

it('the scanner’s hash and the line reader’s are one: a value is the same however it was printed', async () => {
  await assert(
    asyncProperty(texts, async values => {
      const records = values.map((value, number) => ({
        address: `0x${(0x7f0000000000 + number * 40).toString(16)}`, type: 'STRING', value: `v${Buffer.from(value).toString()}`, memsize: 40, flags: {},
      }))
      const parsed = records.map(record => JSON.stringify(record))
      const scanned = dumpOf(...records.map(record => ({...record, value: ''})))
        .split('\n')
        .slice(0, -1)
        .map((line, at) => line.replace('"value":""', () => `"value":${JSON.stringify(records[at].value)}`))
      const {heap} = await read(`${dumpOf({address: '0x10', type: 'OBJECT', memsize: 1, flags: {}})}${[...scanned, ...parsed].join('\n')}\n`)
      const details = [...heap.columns.details].slice(1)
      expect(details.slice(values.length)).toEqual(details.slice(0, values.length))
      expect(new Set(details).size).toBe(new Set(records.map(({value}) => value)).size)
    }),
  )
})

it('texts and hashes of values outlive what only reading needed', async () => {
  const values = Array.from({length: 3000}, (_, number) => `value ${number % 2000}`)
  const {heap} = await read(
    dumpOf(...values.map((value, number) => ({address: `0x${(0x7f0000000000 + number * 40).toString(16)}`, type: 'STRING', value, memsize: 40, flags: {}}))),
  )
  const taken = heap.scratch.take(60_000).fill(-1)
  heap.scratch.give(taken)
  expect(heap.graph.tree.depth).toBe(0)
  const {details} = heap.columns
  for (let index = 0; index < 3000; index++) {
    expect(heap.tables.values.hash(details[index])).toEqual(hashText(Buffer.from(values[index])))
    expect(heap.tables.values.text(details[index])).toBe(details[index] < 1000 ? values[index] : null)
  }
})
