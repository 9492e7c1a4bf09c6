// Dumps that end too early: dump_all raised, the disk was full, an upload or download was interrupted. This is always
// reported.
import {readFileSync} from 'node:fs'
import {gunzipSync, gzipSync} from 'node:zlib'
import {beforeAll, describe, expect, it} from 'vitest'
import {cases, sample} from '../../support/cases.js'
import {dumpOf, printed, read} from '../../support/dump-text.js'

const start = dumpOf(
  {type: 'ROOT', root: 'vm', references: ['0x7f0000000028']},
  {address: '0x7f0000000028', type: 'STRING', class: '0x7f0000000050', bytesize: 1, value: 'a', memsize: 40, flags: {}},
)
const last = printed({
  address: '0x7f0000000078',
  type: 'ARRAY',
  class: '0x7f0000000050',
  length: 2,
  references: ['0x7f0000000028', '0x7f0000000028'],
  file: '/app/ä.rb',
  line: 7,
  method: 'dup',
  generation: 3,
  memsize: 41,
  flags: {wb_protected: true, old: true},
})

describe('a cut', () => {
  const bytes = Buffer.from(last)
  it.each([
    ['plain', (dump: Buffer) => dump],
    ['gzipped', gzipSync],
  ] as const)('at every byte of a record is seen (%s)', async (_, store) => {
    for (const cut of sample([...bytes.keys()].slice(1), one => one % 8 === 1)) {
      const {heap, truncated, malformedLines} = await read(
        store(Buffer.concat([Buffer.from(start), bytes.subarray(0, cut)])),
      )
      expect({cut, malformedLines, objects: heap.count, truncated}).toEqual({
        cut,
        malformedLines: 0,
        objects: 1,
        truncated: true,
      })
    }

    const {heap, truncated} = await read(store(Buffer.concat([Buffer.from(start), bytes])))
    expect({objects: heap.count, truncated}).toEqual({objects: 2, truncated: false})
  })

  it('in an unescaped path with line breaks is detected', async () => {
    const {heap, truncated, malformedLines} = await read(`${start}${last.slice(0, last.indexOf('ä'))}\nsecond`)
    expect({malformedLines, objects: heap.count, truncated}).toEqual({malformedLines: 0, objects: 1, truncated: true})
    const atBreak = await read(`${start}${last.slice(0, last.indexOf('ä'))}\n`)
    expect({objects: atBreak.heap.count, truncated: atBreak.truncated}).toEqual({objects: 1, truncated: true})
  })

  it('in the first record leaves nothing to read, which is reported', async () => {
    await expect(read(last.slice(0, 60))).rejects.toMatchObject({code: 'not_a_dump'})
  })

  it('in a pretty-printed record is detected', async () => {
    const pretty = JSON.stringify(JSON.parse(last), null, 2)
    const step = Math.floor(200 / cases(66))
    for (let cut = 2; cut < pretty.length; cut += step) {
      const {heap, truncated} = await read(start + pretty.slice(0, cut))
      expect({cut, objects: heap.count, truncated}).toEqual({cut, objects: 1, truncated: true})
    }
  })
})

describe('a gzipped dump', () => {
  const stored = readFileSync(new URL('../../fixtures/dumps/ruby-4.0-untraced.json.gz', import.meta.url))
  const plain = gunzipSync(stored)
  let whole: number
  beforeAll(async () => {
    whole = (await read(plain)).heap.count
  })

  it('that was cut yields what could be inflated', async () => {
    let before = 0
    for (const share of [0.05, 0.3, 0.6, 0.9, 0.999]) {
      const {heap, truncated, bytes} = await read(stored.subarray(0, Math.floor(stored.length * share)))
      expect(truncated).toBe(true)
      expect(bytes).toBeGreaterThan(plain.length * share * 0.5)
      expect(heap.count).toBeGreaterThanOrEqual(before)
      expect(heap.count).toBeLessThanOrEqual(whole)
      before = heap.count
    }

    expect(before).toBeGreaterThan(whole * 0.9)
  })

  it('without its checksum is truncated, although the data is complete', async () => {
    for (const missing of [1, 4, 8]) {
      const {heap, truncated} = await read(stored.subarray(0, -missing))
      expect({objects: heap.count, truncated}).toEqual({objects: whole, truncated: true})
    }
  })

  it('with damage in the middle is read up to that point', async () => {
    const damaged = Buffer.from(stored)
    damaged.fill(0x55, stored.length >> 1, (stored.length >> 1) + 400)
    const {heap, truncated} = await read(damaged)
    expect(truncated).toBe(true)
    expect(heap.count).toBeGreaterThan(1000)
  })

  const broken = (at: number) => {
    const copy = Buffer.from(stored)
    copy[at < 0 ? copy.length + at : at] ^= 0xff
    return copy
  }

  const [first, second] = [stored, gzipSync(dumpOf({address: '0x7fff00000028', memsize: 40, type: 'OBJECT'}))]
  const named = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3, 3, 0]),
    Buffer.from('abcname\0comment\0xy'),
    gzipSync(plain).subarray(10),
  ])
  it.each([
    ['other bytes after it', Buffer.concat([stored, Buffer.from('garbage')]), 'trailing-bytes', 0],
    ['one byte after it', Buffer.concat([stored, Buffer.from('x')]), 'trailing-bytes', 0],
    ['zeros after it', Buffer.concat([stored, Buffer.alloc(3000)]), null, 0],
    ['a wrong checksum', broken(-6), 'wrong-checksum', 0],
    ['a wrong length', broken(-1), 'wrong-checksum', 0],
    ['another member after it', Buffer.concat([first, second]), null, 1],
    ['a wrong checksum, and another member after it', Buffer.concat([broken(-6), second]), 'wrong-checksum', 1],
    ['a name, a comment and more in its header', named, null, 0],
  ])('with %s is read to its end, and the fault is reported', async (_, bytes, gzipFault, more) => {
    for (const chunkBytes of sample([1 << 16, 777], size => size === 777)) {
      const result = await read(bytes, {chunkBytes})
      expect(result).toMatchObject({gzipFault, truncated: false})
      expect(result.heap.count).toBe(whole + more)
    }
  })

  it('with only a header is rejected as not a dump', async () => {
    await expect(read(stored.subarray(0, 10))).rejects.toMatchObject({code: 'not_a_dump'})
    await expect(read(stored.subarray(0, 2))).rejects.toMatchObject({code: 'not_a_dump'})
  })
})
