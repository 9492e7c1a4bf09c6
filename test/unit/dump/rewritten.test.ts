// Dumps rewritten by other tools: jq, Windows, cat, gzip. The result is the same.
import {readFileSync} from 'node:fs'
import {gunzipSync, gzipSync} from 'node:zlib'
import {beforeAll, describe, expect, it} from 'vitest'
import {NONE} from '../../../src/lib/heap/columns.js'
import type {Heap} from '../../../src/lib/heap/heap.js'
import {TYPE} from '../../../src/lib/heap/object-types.js'
import {sample} from '../../support/cases.js'
import {printed, read, reportOf, type TestRecord} from '../../support/dump-text.js'

type Json = null | boolean | number | string | Json[] | {[key: string]: Json}

const text = gunzipSync(
  readFileSync(new URL('../../fixtures/dumps/ruby-4.0-untraced.json.gz', import.meta.url)),
).toString()
const traced = gunzipSync(
  readFileSync(new URL('../../fixtures/dumps/ruby-3.3-64bit-since.json.gz', import.meta.url)),
).toString()

const rewritten = (dump: string, print: (record: Json) => string) =>
  dump
    .split('\n')
    .filter(line => line !== '')
    .map(line => `${print(JSON.parse(line) as Json)}\n`)
    .join('')

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  )
}

const isValue = ({columns: {types}}: Heap, index: number) =>
  types[index] === TYPE.STRING || types[index] === TYPE.SYMBOL

const facts = async (dump: string | Uint8Array) => {
  const result = await read(dump)
  const {heap, malformedLines, recoveredLines, truncated} = result
  const {dump: _, ...tables} = reportOf(result)
  const {edges, firstEdge, sizes, shapes, flags, roots} = heap.columns
  // Ids of values and texts depend on the order of keys; the texts do not.
  const details = Array.from(heap.columns.details, (detail, index) =>
    isValue(heap, index) ? detail !== NONE : heap.detail(index),
  )
  return {
    columns: {details, edges, firstEdge, flags, roots, shapes, sizes},
    malformedLines,
    recoveredLines,
    tables,
    truncated,
  }
}

describe.each(
  sample(
    [
      ['an untraced dump', text],
      ['a dump with since:', traced],
    ],
    ([, dump]) => dump === traced,
  ),
)('%s', (_, dump) => {
  let expected: Awaited<ReturnType<typeof facts>>
  beforeAll(async () => {
    expected = await facts(dump)
  })

  it.each<[string, (record: Json) => string]>([
    ['jq -c', record => JSON.stringify(record)],
    ['jq -cS', record => JSON.stringify(sortKeys(record))],
    ['jq .', record => JSON.stringify(record, null, 2)],
    ['jq -S .', record => JSON.stringify(sortKeys(record), null, 2)],
    ['jq --tab .', record => JSON.stringify(record, null, '\t')],
    ['a printer of sorted keys with Ruby’s spacing', record => printed(sortKeys(record) as TestRecord)],
    ['a printer with spaces everywhere', record => JSON.stringify(record, null, 1).replaceAll('\n', ' ')],
  ])('is the same through %s', async (__, print) => {
    expect(await facts(rewritten(dump, print))).toEqual(expected)
  })

  it('is the same as one array (jq -s)', async () => {
    const records = dump
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Json)
    expect(await facts(`${JSON.stringify(records, null, 2)}\n`)).toEqual(expected)
  })

  it('is the same with CRLF', async () => {
    expect(await facts(dump.replaceAll('\n', '\r\n'))).toEqual(expected)
    expect(await facts(rewritten(dump, record => JSON.stringify(record, null, 2)).replaceAll('\n', '\r\n'))).toEqual(
      expected,
    )
  })

  it('is the same with a byte order mark, empty lines, and no line break at its end', async () => {
    expect(await facts(`\uFEFF${dump}`)).toEqual(expected)
    expect(await facts(`\n\n${dump.replaceAll('}\n', '}\n\n')}`)).toEqual(expected)
    expect(await facts(dump.trimEnd())).toEqual(expected)
  })

  it('is the same gzipped, in one piece and in several', async () => {
    expect(await facts(gzipSync(dump))).toEqual(expected)
    const half = Math.floor(dump.length / 2)
    expect(await facts(Buffer.concat([gzipSync(dump.slice(0, half)), gzipSync(dump.slice(half))]))).toEqual(expected)
  })

  it('has everything twice if concatenated with itself, and references mean the first copy', async () => {
    const twice = await facts(dump + dump)
    expect(twice.tables.totals).toMatchObject({
      memsize: expected.tables.totals.memsize * 2,
      objects: expected.tables.totals.objects * 2,
      references: expected.tables.totals.references * 2,
    })
    const {edges, flags} = expected.columns
    expect(twice.columns.edges.subarray(0, edges.length)).toEqual(edges)
    expect(twice.columns.edges.every(target => target < flags.length)).toBe(true)
  })
})
