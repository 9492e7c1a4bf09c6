// Our numbers equal those of the simple reference implementation, on dumps of every Ruby.
import {readFileSync, readdirSync} from 'node:fs'
import {gunzipSync} from 'node:zlib'
import {beforeAll, describe, expect, it} from 'vitest'
import {expectedTables, reportedTables} from '../../reference/compare.js'
import {expectSameGraph} from '../../reference/compare-graph.js'
import {readDump} from '../../reference/read-dump.js'
import {sample} from '../../support/cases.js'
import {read, reportOf} from '../../support/dump-text.js'

const directory = new URL('../../fixtures/dumps/', import.meta.url)
const all = readdirSync(directory).filter(name => name.endsWith('.json.gz'))
// The oldest Ruby, the newest, and a traced dump.
const fixtures = sample(all, name => /^ruby-(2\.7|4\.0-traced|4\.1-owners)/.test(name))

const bytesOf = ({buffer, byteLength, byteOffset}: Int32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

describe.each(fixtures)('%s', name => {
  const stored = readFileSync(new URL(name, directory))
  let dump: ReturnType<typeof readDump>
  let result: Awaited<ReturnType<typeof read>>
  let report: ReturnType<typeof reportOf>

  beforeAll(async () => {
    dump = readDump(stored)
    result = await read(stored)
    report = reportOf(result)
  })

  it('gives the numbers of the reference', () => {
    // Some of these dumps have quotes, backslashes and line breaks in paths and names.
    expect(result).toMatchObject({malformedLines: dump.malformed, recoveredLines: dump.malformed, truncated: false})
    expect(reportedTables(report)).toEqual(expectedTables(dump))
  })

  it('gives the dominators and retained sizes of the reference', () => {
    expectSameGraph(report, dump)
  })

  it.each([1021, 70_001])('is the same heap in chunks of %i bytes', async chunkBytes => {
    const cut = await read(gunzipSync(stored), {chunkBytes})
    expect(reportOf(cut)).toEqual(report)
    // Not `toEqual`, which takes half a second for that many numbers.
    expect(bytesOf(cut.heap.columns.edges).equals(bytesOf(result.heap.columns.edges))).toBe(true)
  })
})

it('covers Ruby 2.7 and 3.2 to 4.1; test/dump creates its own dumps of 3.1', () => {
  expect(new Set(all.map(name => name.slice(0, 8)))).toEqual(
    new Set(['ruby-2.7', 'ruby-3.2', 'ruby-3.3', 'ruby-3.4', 'ruby-4.0', 'ruby-4.1']),
  )
})
