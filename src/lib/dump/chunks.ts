// Where bytes come from and how they are unpacked: a file read chunk by chunk, gzip recognized by its first two bytes and
// inflated in zlib's own thread while the scanner works on the chunk before.
import {readSync} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {createGunzip} from 'node:zlib'

export type Chunks = AsyncIterable<Uint8Array>

const CHUNK_BYTES = 1 << 18
const INFLATED_CHUNK_BYTES = 1 << 19
/** Inflated chunks that may wait for the scanner. */
const MAX_WAITING = 8

/** A file's bytes. Each chunk is valid until the next is asked for. */
export class FileChunks implements AsyncIterableIterator<Uint8Array> {
  readonly #path: string
  readonly #own = new Uint8Array(CHUNK_BYTES)
  #file: FileHandle | null = null
  #isFile = false
  #ended = false

  constructor(path: string) {
    this.#path = path
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Whether it is open, and `readInto` can be used: a worker may wait for a disk, but not for who writes into a pipe, since nothing could end it. */
  get canReadInto(): boolean {
    return this.#isFile
  }

  /** Reads the next bytes to the beginning of `room`, at once: how many; 0 at the end. */
  readInto(room: Uint8Array): number {
    return readSync(this.#file!.fd, room)
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#ended) return {done: true, value: undefined}
    try {
      this.#file ??= await this.#open()
      const bytesRead = this.#isFile ? this.readInto(this.#own) : (await this.#file.read(this.#own)).bytesRead
      return bytesRead === 0 ? await this.return() : {done: false, value: this.#own.subarray(0, bytesRead)}
    } catch (error) {
      // Who is told of an error asks for nothing any more.
      await this.return()
      throw error
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#ended = true
    await this.#file?.close()
    return {done: true, value: undefined}
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#path)
    this.#isFile = (await file.stat()).isFile()
    return file
  }
}

/** True if these are the first bytes of a gzip stream. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Why inflating ended before the end of the data: it was cut, or its bytes are damaged. */
export type InflateEnd = 'whole' | 'cut' | 'damaged'

/**
 * Inflates. What could be inflated before a cut or damage is yielded all the same; the generator's return value says how it ended.
 * An error of the source itself (the network, the disk) is thrown.
 */
export async function* gunzip(source: Chunks): AsyncGenerator<Uint8Array, InflateEnd> {
  const inflate = createGunzip({chunkSize: INFLATED_CHUNK_BYTES})
  const waiting: Uint8Array[] = []
  let end: InflateEnd | null = null
  let failure: unknown = null
  let wake = (): void => {}
  let wakeFeeder = (): void => {}

  inflate.on('data', (chunk: Uint8Array) => {
    waiting.push(chunk)
    wake()
  })
  inflate.on('end', () => {
    end ??= 'whole'
    wake()
  })
  inflate.on('drain', () => wakeFeeder())
  inflate.on('error', (error: NodeJS.ErrnoException) => {
    end ??= error.code === 'Z_BUF_ERROR' ? 'cut' : 'damaged'
    wake()
    wakeFeeder()
  })

  const feed = async (): Promise<void> => {
    for await (const chunk of source) {
      // The source may use its buffer again; zlib reads it later.
      inflate.write(new Uint8Array(chunk))
      while (end === null && (inflate.writableNeedDrain || waiting.length > MAX_WAITING)) {
        await new Promise<void>(resolve => {
          wakeFeeder = resolve
        })
      }

      if (end !== null) return
    }

    inflate.end()
  }

  const feeding = feed().catch((error: unknown) => {
    failure = error
    end ??= 'cut'
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
    inflate.destroy()
    await feeding
  }

  if (failure !== null) throw failure
  return end
}
