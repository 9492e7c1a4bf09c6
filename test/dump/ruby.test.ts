// Fresh dumps of the installed Ruby: unescaped texts of every kind, and a Rack app on Puma.
import {execFile} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {ReadResult} from '../../src/lib/dump/read-heap.js'
import {expectedTables, reportedTables} from '../reference/compare.js'
import {expectSameGraph} from '../reference/compare-graph.js'
import {readDump} from '../reference/read-dump.js'
import {read, reportOf} from '../support/dump-text.js'

const directory = mkdtempSync(join(tmpdir(), 'heapdump-ruby-'))
const dumpBy = async (script: string, ...args: readonly string[]): Promise<Buffer> => {
  const output = join(directory, `${[script, ...args].join('-')}.json`)
  await promisify(execFile)('ruby', [
    fileURLToPath(new URL(`../support/ruby/${script}.rb`, import.meta.url)),
    output,
    ...args,
  ])
  return readFileSync(output)
}

afterAll(() => rmSync(directory, {recursive: true}))

describe.each([
  ['dump-zoo', 'traced'],
  ['dump-zoo', 'untraced'],
  ['dump-zoo', 'since'],
  ['dump-zoo', 'full'],
  ['dump-puma', ''],
])('%s %s', (script, mode) => {
  let bytes: Buffer
  let result: ReadResult
  beforeAll(async () => {
    bytes = await dumpBy(script, ...(mode === '' ? [] : [mode]))
    result = await read(bytes)
  })

  it('is read completely: every record is read and every line counted', () => {
    const dump = readDump(bytes)
    expect(result.heap.count).toBe(dump.objects.length)
    expect(result).toMatchObject({malformedLines: dump.malformed, recoveredLines: dump.malformed, truncated: false})
  })

  it('gives the numbers of the reference', () => {
    expect(reportedTables(reportOf(result))).toEqual(expectedTables(readDump(bytes)))
  })

  it('gives the dominators and retained sizes of the reference', () => {
    expectSameGraph(reportOf(result), readDump(bytes))
  }, 60_000)
})

it('a dump that Ruby aborted in the middle of a record is truncated', async () => {
  const {heap, truncated, malformedLines, recoveredLines} = await read(await dumpBy('dump-zoo', 'endless'))
  expect(truncated).toBe(true)
  expect(recoveredLines).toBe(malformedLines)
  expect(heap.count).toBeGreaterThan(1000)
})
