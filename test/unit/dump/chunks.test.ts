import {closeSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterAll, describe, expect, it} from 'vitest'
import {FileChunks} from '../../../src/lib/dump/chunks.js'
import {gunzip} from '../../../src/lib/dump/gunzip.js'
import {readHeap} from '../../../src/lib/dump/read-heap.js'
import {dumpOf} from '../../support/dump-text.js'

const directory = mkdtempSync(join(tmpdir(), 'heapdump-chunks-'))
afterAll(() => rmSync(directory, {recursive: true}))

const record = {address: '0x7f0000000028', type: 'OBJECT', memsize: 40, flags: {}}

async function* failing(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
  throw new Error('the network is gone')
}

/** A new file gets the lowest free descriptor: the number grows where files stay open. */
function lowestFree(): number {
  const descriptor = openSync(import.meta.filename, 'r')
  closeSync(descriptor)
  return descriptor
}

describe('a file', () => {
  it('is read whole, in order', async () => {
    const path = join(directory, 'bytes')
    const bytes = Buffer.from(Array.from({length: 3_500_000}, (_, at) => at % 251))
    writeFileSync(path, bytes)
    const parts: Buffer[] = []
    for await (const chunk of new FileChunks(path)) parts.push(Buffer.from(chunk))
    expect(Buffer.concat(parts).equals(bytes)).toBe(true)
  })

  it('is closed when the rest is not needed', async () => {
    const path = join(directory, 'left')
    writeFileSync(path, Buffer.alloc(5_000_000))
    const before = lowestFree()
    for (let turn = 0; turn < 20; turn++) for await (const _ of new FileChunks(path)) break
    expect(lowestFree()).toBeLessThan(before + 5)
  })

  it('is closed when it cannot be read', async () => {
    const before = lowestFree()
    for (let turn = 0; turn < 20; turn++)
      await expect(readHeap(new FileChunks(directory))).rejects.toMatchObject({
        code: 'not_readable',
        message: expect.stringContaining('it is a directory'),
      })
    expect(lowestFree()).toBeLessThan(before + 5)
  })
})

/** One byte at a time, and each one invalid when the next one is requested. */
async function* fleeting(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of bytes) {
    const chunk = Uint8Array.of(byte)
    yield chunk
    chunk.fill(0)
  }
}

describe('a chunk', () => {
  it('is not used after the next one is requested', async () => {
    for (const bytes of [Buffer.from(dumpOf(record)), gzipSync(dumpOf(record))]) {
      const {heap, malformedLines} = await readHeap(fleeting(bytes))
      expect({malformedLines, objects: heap.count}).toEqual({malformedLines: 0, objects: 1})
    }
  })
})

describe('an error of the source', () => {
  it('is thrown, not reported as a truncated dump', async () => {
    await expect(readHeap(failing(Buffer.from(dumpOf(record))))).rejects.toThrow('the network is gone')
    await expect(readHeap(failing(gzipSync(dumpOf(record))))).rejects.toThrow('the network is gone')
  })
})

describe('inflating', () => {
  it('does not run far ahead of the reader', async () => {
    let taken = 0
    async function* source(): AsyncGenerator<Uint8Array> {
      const block = gzipSync(Buffer.alloc(1 << 20))
      for (; taken < 400; taken++) yield block
    }

    const inflated = gunzip(source())
    await inflated.next()
    for (let turn = 0; turn < 100; turn++) await new Promise(resolve => setImmediate(resolve))
    expect(taken).toBeLessThan(100)
    await inflated.return('whole')
  })

  it('releases the source when the reader stops', async () => {
    let released = false
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield gzipSync(Buffer.alloc(1 << 20))
      } finally {
        released = true
      }
    }

    const inflated = gunzip(source())
    await inflated.next()
    await inflated.return('whole')
    expect(released).toBe(true)
  })
})
