// The scanner compared with JSON.parse: a record as Ruby prints it, which the scanner reads, and the same record
// printed another way, which it refuses, must produce the same columns.
import {array, assert, boolean, constantFrom, integer, option, property, record, string, tuple} from 'fast-check'
import {expect, it} from 'vitest'
import {DumpScanner} from '../../../src/lib/dump/dump-scanner.js'
import {HeapMemory} from '../../../src/lib/heap/heap-memory.js'
import type {Heap} from '../../../src/lib/heap/heap.js'
import {OBJECT_TYPES} from '../../../src/lib/heap/object-types.js'
import {cases} from '../../support/cases.js'

/** On adjacent pages, and on pages with the same lowest bits in their numbers. */
const page = tuple(constantFrom(0x7f00_0000, 0x55d0_abcd, 0xffff), constantFrom(0, 1, 1024, 5 * 1024, 1 << 16)).map(
  ([first, more]) => first + more,
)
const address = tuple(page, integer({max: 0x1fff, min: 1})).map(
  ([number, slot]) => `0x${(number * 0x10000 + slot * 8).toString(16)}`,
)
const text = string({maxLength: 20, unit: 'binary'}).map(value => Buffer.from(value).toString())
const path = constantFrom('/app/models/a.rb', '/app/lib/"quoted".rb', '/app/ü.rb', '/app/models/b.rb')
const number = integer({max: 999_999_999, min: 0})
const maybe = option(boolean().filter(Boolean), {nil: undefined})

/** Members approximately in the order of objspace_dump.c. */
const records = record({
  address,
  type: constantFrom(...OBJECT_TYPES.filter(type => type !== 'NODE' && type !== 'ZOMBIE')),
  shape_id: option(integer({max: 9999, min: 0}), {nil: undefined}),
  slot_size: constantFrom(undefined, 40, 80, 160),
  class: option(address, {nil: undefined}),
  frozen: maybe,
  embedded: maybe,
  fstring: maybe,
  imemo_type: constantFrom(undefined, 'fields', 'ment', 'iseq'),
  bytesize: option(number, {nil: undefined}),
  capacity: option(number, {nil: undefined}),
  value: option(text, {nil: undefined}),
  encoding: constantFrom(undefined, 'UTF-8', 'US-ASCII'),
  coderange: constantFrom(undefined, '7bit'),
  superclass: option(address, {nil: undefined}),
  name: constantFrom(undefined, 'Shop', 'Shop::Cart'),
  real_class_name: constantFrom(undefined, 'Anonymous'),
  singleton: maybe,
  shared: maybe,
  too_complex_shape: maybe,
  struct: constantFrom(undefined, 'proc', 'VM/thread'),
  references: option(array(address, {maxLength: 5}), {nil: undefined}),
  file: option(path, {nil: undefined}),
  line: option(integer({max: 5000, min: 0}), {nil: undefined}),
  method: constantFrom(undefined, 'new', 'call', '"odd"'),
  generation: option(integer({max: 500, min: 0}), {nil: undefined}),
  memsize: number,
  flags: constantFrom(
    {},
    {wb_protected: true},
    {wb_protected: true, old: true, uncollectible: true, marked: true},
    {old: true},
    {wb_protected: true, marked: true},
  ),
}).map(({name, real_class_name, struct, imemo_type, ...rest}) => ({
  ...rest,
  // At the end, because any order is valid.
  imemo_type: rest.type === 'IMEMO' ? imemo_type : undefined,
  name: rest.type === 'CLASS' || rest.type === 'MODULE' ? name : undefined,
  real_class_name: rest.type === 'CLASS' ? real_class_name : undefined,
  // Ruby does not print it for a text, whose detail is its value.
  struct: ['DATA', 'STRING', 'SYMBOL'].includes(rest.type) ? struct : undefined,
}))

function printedByRuby(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printedByRuby).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `"${key}":${printedByRuby(member)}`)
    .join(', ')}}`
}

function heapOf(lines: readonly string[]): Heap {
  const scanner = new DumpScanner()
  scanner.push(Buffer.from(lines.map(line => `${line}\n`).join('')))
  return scanner.finish().heap
}

/** The whole contents of a heap, with names instead of numbers that depend on the order of appearance. */
function facts({columns, tables, codes}: Heap) {
  return Array.from({length: columns.count}, (_, index) => {
    const isValue = ['STRING', 'SYMBOL'].includes(tables.typeNames[columns.types[index]])
    const detail = columns.details[index]
    const site = columns.sites[index]
    return {
      address: codes.address(columns.addresses[index]),
      class: columns.classes[index],
      detail: detail === -1 ? null : isValue ? tables.values.hash(detail) : tables.texts.text(detail),
      edges: [...columns.edges.subarray(columns.firstEdge[index], columns.firstEdge[index + 1])],
      flags: columns.flags[index],
      generation: columns.generations[index],
      memsize: columns.memsizes[index],
      shape: columns.shapes[index],
      site:
        site === -1 ? null : [tables.siteTable.file(site), tables.siteTable.line(site), tables.siteTable.method(site)],
      size: columns.sizes[index],
      superclass: tables.superclasses.get(index),
      type: tables.typeNames[columns.types[index]],
    }
  })
}

const ROOM = 1 << 23
const scanner = new HeapMemory()
const start = scanner.allocateInput(ROOM)
scanner.begin(3, 1000, {likely: 4000, most: 4000}, true)

function refuses(line: string): boolean {
  const bytes = Buffer.from(`${line}\n`)
  scanner.bytes.set(bytes, start)
  return scanner.scan(start, start + bytes.length) === start && scanner.refused
}

it('reads the same from every record as JSON.parse', () => {
  assert(
    property(array(records, {maxLength: 12, minLength: 1}), some => {
      const scanned = some.map(printedByRuby)
      // The scanner does not accept `{ "` as the start of a record.
      const parsed = scanned.map(line => line.replace('{', '{ '))
      expect(scanned.some(refuses)).toBe(false)
      expect(parsed.every(refuses)).toBe(true)
      expect(facts(heapOf(scanned))).toEqual(facts(heapOf(parsed)))
      // Records read in either way share pages, texts, sites and values.
      expect(facts(heapOf(scanned.map((line, at) => (at % 2 === 0 ? line : parsed[at]))))).toEqual(
        facts(heapOf(parsed)),
      )
    }),
    {numRuns: cases(150)},
  )
})

it('refuses exactly the records that Ruby would print in another form, for every type', () => {
  for (const type of OBJECT_TYPES) {
    const line = `{"address":"0x7f0000000028", "type":"${type}", "memsize":40, "flags":{"marked":true}}`
    expect([type, refuses(line)]).toEqual([type, type === 'NODE' || type === 'ZOMBIE'])
    expect(refuses(line.replace('"memsize":40, ', ''))).toBe(true)
    expect(refuses(line.replace('}}', '}'))).toBe(true)
    // Characters next to the digits and letters, and upper case, which Ruby does not print.
    for (const other of '/:`gF') expect(refuses(line.replace('0x7f', `0x7${other}`))).toBe(true)
    expect(refuses(line.replace(':40', ':040'))).toBe(true)
    expect(refuses(line.replace(':40', ':4.5'))).toBe(true)
    expect(refuses(line.replace('true', 'false'))).toBe(true)
  }
})

it('reads a record with repeated keys as JSON.parse does', () => {
  const repeated = (member: (at: number) => string) =>
    `{"address":"0x7f0000000010", "type":"CLASS", ${Array.from({length: 20_000}, (_, at) => member(at)).join(', ')}, "memsize":40, "flags":{}}`
  const after = printedByRuby({
    address: '0x7f0000000028',
    type: 'STRING',
    value: 'after it',
    file: '/app/a.rb',
    line: 3,
    memsize: 40,
    flags: {},
  })
  for (const line of [repeated(at => `"name":"N${at}"`), repeated(at => `"file":"/app/${at}.rb", "line":${at}`)]) {
    expect(facts(heapOf([line, after]))).toEqual(facts(heapOf([line.replace('{', '{ '), after])))
  }
})

it('handles records of any size', () => {
  const references = Array.from({length: 100_000}, (_, slot) => `0x7f${(slot * 8).toString(16).padStart(10, '0')}`)
  const value = `"${'x\n'.repeat(300_000)}"`
  const lines = [
    {address: '0x7f0000000010', type: 'STRING', value: 'small', memsize: 40, flags: {}},
    {address: '0x7f0000000028', type: 'ARRAY', references, memsize: 800_000, flags: {}},
    {address: '0x7f0000000050', type: 'STRING', value, memsize: 600_000, flags: {}},
    {address: '0x7f0000000078', type: 'STRING', value, memsize: 600_000, flags: {}},
  ].map(printedByRuby)
  expect(lines.some(refuses)).toBe(false)
  const heap = heapOf(lines)
  expect(facts(heap)).toEqual(facts(heapOf(lines.map(line => line.replace('{', '{ ')))))
  expect(heap.columns.details[2]).toBe(heap.columns.details[3])
})
