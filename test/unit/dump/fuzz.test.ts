// Real dumps with random damage. Reading them never crashes or hangs, and every line is accounted for: it is in the
// heap, is counted as malformed, or the dump is reported as truncated. `npm run fuzz` runs 12,000 cases; this test runs
// a few hundred.
import {array, assert, asyncProperty, constantFrom, double, integer, nat, oneof, record, uint8Array} from 'fast-check'
import {readFileSync} from 'node:fs'
import {gunzipSync, gzipSync} from 'node:zlib'
import {expect, it} from 'vitest'
import type {ReadResult} from '../../../src/lib/dump/read-heap.js'
import {UserError} from '../../../src/lib/errors.js'
import {cases} from '../../support/cases.js'
import {read, reportOf} from '../../support/dump-text.js'

const count = Number(process.env.HEAPDUMP_FUZZ_CASES ?? cases(300))
const seed = Number(
  process.env.HEAPDUMP_FUZZ_SEED ?? (process.env.HEAPDUMP_FUZZ_CASES === undefined ? 20_250_101 : Date.now() % 2 ** 31),
)
console.log(`fuzz: ${count} cases, HEAPDUMP_FUZZ_SEED=${seed}`)

/** A few kilobytes of each fixture: from its start, and around its unescaped paths, if it has any. */
const samples = ['3.2-traced', '3.3-64bit-traced', '3.4-untraced', '4.0-traced'].map(name => {
  const lines = gunzipSync(readFileSync(new URL(`../../fixtures/dumps/ruby-${name}.json.gz`, import.meta.url)))
    .toString('latin1')
    .split('\n')
  const raw = lines.findIndex(line => line.includes('(eval "quoted"'))
  const short = lines.filter(line => line.length < 4000)
  return Buffer.from(
    [...short.slice(0, 12), ...lines.slice(raw - 8, raw + 5), ...short.slice(3000, 3010), ''].join('\n'),
    'latin1',
  )
})

/** Bytes with a meaning to the reader, and others. */
const bytes = oneof(constantFrom(...Buffer.from('"\\\n\r{}[],: 0x\0')), nat(255))
const place = double({max: 1, min: 0, noNaN: true, maxExcluded: true})
const damage = oneof(
  {arbitrary: record({at: place, byte: bytes, kind: constantFrom('set' as const)}), weight: 6},
  {arbitrary: record({at: place, kind: constantFrom('flip' as const), bit: nat(7)}), weight: 3},
  {
    arbitrary: record({at: place, kind: constantFrom('delete' as const), length: integer({max: 300, min: 1})}),
    weight: 2,
  },
  {
    arbitrary: record({at: place, kind: constantFrom('insert' as const), inserted: uint8Array({maxLength: 40})}),
    weight: 2,
  },
  {
    arbitrary: record({
      at: place,
      from: place,
      kind: constantFrom('copy' as const),
      length: integer({max: 300, min: 1}),
    }),
    weight: 2,
  },
  {arbitrary: record({at: place, kind: constantFrom('cut' as const)}), weight: 1},
)
type Damage = typeof damage extends {generate: (...args: never[]) => {value: infer Value}} ? Value : never

function apply(dump: Buffer, harm: Damage): Buffer {
  const at = Math.floor(harm.at * dump.length)
  const before = dump.subarray(0, at)
  switch (harm.kind) {
    case 'set':
      return Buffer.concat([before, Buffer.from([harm.byte]), dump.subarray(at + 1)])
    case 'flip':
      return Buffer.concat([before, Buffer.from([(dump[at] ?? 0) ^ (1 << harm.bit)]), dump.subarray(at + 1)])
    case 'delete':
      return Buffer.concat([before, dump.subarray(at + harm.length)])
    case 'insert':
      return Buffer.concat([before, harm.inserted, dump.subarray(at)])
    case 'copy': {
      const from = Math.floor(harm.from * dump.length)
      return Buffer.concat([before, dump.subarray(from, from + harm.length), dump.subarray(at)])
    }
    case 'cut':
      return Buffer.from(before)
  }
}

type Judged = {readonly record: Readonly<Record<string, unknown>> | null; readonly blank: boolean}

/** The result of JSON.parse for each line. */
function judge(dump: Buffer): Judged[] {
  return new TextDecoder()
    .decode(dump)
    .split('\n')
    .map(line => {
      try {
        const value = JSON.parse(line)
        const isRecord =
          typeof value?.type === 'string' && typeof (value.type === 'ROOT' ? value.root : value.address) === 'string'
        return {blank: false, record: isRecord ? value : null}
      } catch {
        return {blank: line.trim() === '', record: null}
      }
    })
}

function checkBooks(dump: Buffer, {heap, malformedLines, recoveredLines, truncated}: ReadResult): void {
  const lines = judge(dump)
  const valid = lines.filter(({record: found}) => found !== null).map(({record: found}) => found!)
  const objects = valid.filter(({type}) => !['ROOT', 'SHAPE', 'NONE'].includes(type as string))

  // Nothing that JSON.parse can read is missing.
  const findable = objects.filter(({address}) => /^0x[0-9a-f]+$/i.test(address as string))
  for (const {address} of findable) expect(heap.find(address as string), `${address}`).not.toBe(-1)
  expect(heap.count).toBeGreaterThanOrEqual(objects.length)

  // Every other line is counted. Lines after the last good record may belong to the truncated end.
  const bad = lines.filter(({record: found, blank}) => found === null && !blank).length
  const lastGood = lines.findLastIndex(({record: found}) => found !== null)
  const badBeforeEnd = lines.slice(0, lastGood + 1).filter(({record: found, blank}) => found === null && !blank).length
  const blank = lines.filter(line => line.blank).length
  expect(malformedLines).toBeGreaterThanOrEqual(truncated ? badBeforeEnd : bad)
  expect(malformedLines).toBeLessThanOrEqual(bad + blank)
  expect(recoveredLines).toBeLessThanOrEqual(malformedLines)
  // Bad lines yield no more records than they contain.
  const addresses = dump.toString('latin1').split('"address":').length - 1
  expect(heap.count).toBeLessThanOrEqual(addresses)
}

async function readOrRefuse(dump: Uint8Array, chunkBytes?: number): Promise<ReadResult | null> {
  try {
    return await read(dump, {chunkBytes})
  } catch (error) {
    if (error instanceof UserError && ['empty_dump', 'not_a_dump'].includes(error.code)) return null
    throw error
  }
}

/** Everything except address codes, which depend on the first bytes received. */
function contents({heap, ...facts}: ReadResult): object {
  const addresses = Array.from({length: heap.count}, (_, index) => heap.address(index))
  return {...facts, heap: {...heap.columns, addresses}}
}

const damaged = record({
  chunkBytes: integer({max: 5000, min: 1}),
  harms: array(damage, {maxLength: 6, minLength: 1}),
  sample: nat(samples.length - 1),
})

it(`accounts for every line of ${count} damaged dumps`, async () => {
  await assert(
    asyncProperty(damaged, async ({sample, harms, chunkBytes}) => {
      const dump = harms.reduce(apply, samples[sample])
      const result = await readOrRefuse(dump)
      if (result === null) {
        expect(judge(dump).filter(({record: found}) => found !== null)).toEqual([])
        return
      }

      checkBooks(dump, result)
      reportOf(result)
      // However the bytes are split into chunks.
      expect(contents(await read(dump, {chunkBytes}))).toEqual(contents(result))
    }),
    {numRuns: count, seed},
  )
}, 3_600_000)

it('reads what remains of damaged gzip streams', async () => {
  await assert(
    asyncProperty(damaged, async ({sample, harms, chunkBytes}) => {
      const result = await readOrRefuse(harms.reduce(apply, gzipSync(samples[sample])), chunkBytes)
      if (result !== null) reportOf(result)
    }),
    {numRuns: Math.ceil(count / 5), seed},
  )
}, 3_600_000)
