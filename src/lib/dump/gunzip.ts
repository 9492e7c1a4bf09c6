// Gzip → bytes, inflated in zlib's own thread while the scanner works on the previous chunk. Members are separated
// here, not by zlib's gunzip, which discards up to a chunk of inflated data if a checksum is wrong or other bytes
// follow.
import * as zlib from 'node:zlib'
import type {Chunks} from './chunks.js'
import {readGzipHeader, TRAILER_BYTES} from './gzip-member.js'

const INFLATED_CHUNK_BYTES = 1 << 19
/** Maximum number of inflated chunks waiting for the scanner. */
const MAX_WAITING = 8

/**
 * How inflating ended: complete; early, because the data is cut or damaged; or complete, but with a wrong checksum or
 * followed by bytes that are not gzip.
 */
export type InflateEnd = 'whole' | 'cut' | 'damaged' | 'wrong-checksum' | 'trailing-bytes'

/** Whether these are the first bytes of a gzip stream. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** From Node 20.15 on: a few milliseconds for 100 MB. */
const crc32: ((bytes: Uint8Array, before: number) => number) | undefined = (
  zlib as {crc32?: (bytes: Uint8Array, before: number) => number}
).crc32

/**
 * Inflates, and yields everything before a cut or damage. The generator's return value says how it ended. An error of
 * the source itself (the network, the disk) is thrown.
 */
export async function* gunzip(source: Chunks): AsyncGenerator<Uint8Array, InflateEnd> {
  const waiting: Uint8Array[] = []
  let end: InflateEnd | null = null
  let failure: unknown = null
  let wake = (): void => {}
  let wakeFeeder = (): void => {}
  const members = new GzipMembers(chunk => {
    waiting.push(chunk)
    wake()
  })

  const feed = async (): Promise<InflateEnd> => {
    for await (const chunk of source) {
      await members.push(chunk)
      while (end === null && waiting.length > MAX_WAITING) {
        await new Promise<void>(resolve => {
          wakeFeeder = resolve
        })
      }

      if (end !== null || members.isOver) break
    }

    return members.end()
  }

  const feeding = feed()
    .catch((error: unknown) => {
      failure = error
      return 'cut' as const
    })
    .then(how => {
      end ??= how
      wake()
    })

  try {
    for (;;) {
      const chunk = waiting.shift()
      if (chunk !== undefined) {
        yield chunk
        wakeFeeder()
        continue
      }

      if (end !== null) break
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  } finally {
    end ??= 'whole'
    wakeFeeder()
    members.close()
    await feeding
  }

  if (failure !== null) throw failure
  return end
}

/** Reads one gzip member after another: header, deflated bytes, checksum and length. */
class GzipMembers {
  readonly #onChunk: (chunk: Uint8Array) => void
  /** The received part of a header or trailer. */
  #pending: Uint8Array = new Uint8Array(0)
  #inflate: zlib.InflateRaw | null = null
  #fed = 0
  #ended = false
  #crc = 0
  #length = 0
  #members = 0
  #state: 'header' | 'body' | 'trailer' = 'header'
  /** The fault found so far. */
  #fault: InflateEnd | null = null

  constructor(onChunk: (chunk: Uint8Array) => void) {
    this.#onChunk = onChunk
  }

  /** Nothing after this point can be inflated. */
  get isOver(): boolean {
    return this.#fault === 'damaged' || this.#fault === 'trailing-bytes'
  }

  async push(chunk: Uint8Array): Promise<void> {
    let rest = chunk
    while (rest.length > 0 && !this.isOver) {
      if (this.#state === 'body') rest = await this.#inflateSome(rest)
      else if (this.#state === 'header') rest = this.#readHeader(rest)
      else rest = this.#readTrailer(rest)
    }
  }

  async end(): Promise<InflateEnd> {
    if (this.isOver) return this.#fault!
    if (this.#state === 'body' && this.#inflate !== null) await this.#finish()
    if (this.isOver) return this.#fault!
    const isWhole = this.#state === 'header' && this.#members > 0
    if (!isWhole) return 'cut'
    if (this.#pending.length > 0) return 'trailing-bytes'
    return this.#fault ?? 'whole'
  }

  close(): void {
    this.#inflate?.destroy()
  }

  #readHeader(bytes: Uint8Array): Uint8Array {
    const all = this.#takePending(bytes)
    // Zeros after a member are padding.
    if (this.#members > 0 && this.#pending.length === 0) {
      let at = 0
      while (at < all.length && all[at] === 0) at++
      if (at > 0) return all.subarray(at)
    }

    const length = readGzipHeader(all)
    if (length === 'none') {
      this.#fault = this.#members === 0 ? 'damaged' : 'trailing-bytes'
      return new Uint8Array(0)
    }

    if (length === 'more') {
      this.#pending = Uint8Array.from(all)
      return new Uint8Array(0)
    }

    this.#start()
    return all.subarray(length)
  }

  #readTrailer(bytes: Uint8Array): Uint8Array {
    const all = this.#takePending(bytes)
    if (all.length < TRAILER_BYTES) {
      this.#pending = Uint8Array.from(all)
      return new Uint8Array(0)
    }

    const view = new DataView(all.buffer, all.byteOffset, TRAILER_BYTES)
    const isRight =
      view.getUint32(4, true) === this.#length % 2 ** 32 &&
      (crc32 === undefined || view.getUint32(0, true) === this.#crc)
    if (!isRight) this.#fault ??= 'wrong-checksum'
    this.#members++
    this.#state = 'header'
    return all.subarray(TRAILER_BYTES)
  }

  #takePending(bytes: Uint8Array): Uint8Array {
    if (this.#pending.length === 0) return bytes
    const all = new Uint8Array(this.#pending.length + bytes.length)
    all.set(this.#pending)
    all.set(bytes, this.#pending.length)
    this.#pending = new Uint8Array(0)
    return all
  }

  #start(): void {
    this.#state = 'body'
    this.#fed = 0
    this.#ended = false
    this.#crc = 0
    this.#length = 0
    const inflate = zlib.createInflateRaw({chunkSize: INFLATED_CHUNK_BYTES})
    inflate.on('data', (chunk: Uint8Array) => {
      if (crc32 !== undefined) this.#crc = crc32(chunk, this.#crc)
      this.#length += chunk.length
      this.#onChunk(chunk)
    })
    inflate.on('error', () => {
      if (this.#inflate === inflate) this.#fault = 'damaged'
    })
    inflate.on('end', () => {
      if (this.#inflate === inflate) this.#ended = true
    })
    this.#inflate = inflate
  }

  /** Returns the bytes after the member. */
  async #inflateSome(bytes: Uint8Array): Promise<Uint8Array> {
    const inflate = this.#inflate!
    // The source may reuse its buffer before zlib reads it.
    const copy = new Uint8Array(bytes)
    this.#fed += copy.length
    await new Promise<void>(resolve => {
      inflate.once('close', resolve)
      inflate.write(copy, () => {
        inflate.off('close', resolve)
        resolve()
      })
    })
    if (this.isOver) return new Uint8Array(0)
    const left = this.#fed - inflate.bytesWritten
    if (left === 0 && !this.#ended) return new Uint8Array(0)
    this.#state = 'trailer'
    return copy.subarray(copy.length - left)
  }

  /** Called when the source has ended: checks whether the member is complete. */
  async #finish(): Promise<void> {
    const inflate = this.#inflate!
    if (inflate.closed || this.#ended) return
    await new Promise<void>(resolve => {
      inflate.once('close', resolve)
      inflate.end()
    })
    // zlib reports deflated data that ends too early as an error, but it is not damaged.
    if (this.#fault === 'damaged') this.#fault = 'cut'
    if (this.#ended) this.#state = 'trailer'
  }
}
