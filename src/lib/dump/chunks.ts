// Where bytes come from and how they are unpacked: a file read ahead of the scanner, gzip recognized by its first two bytes and
// inflated in zlib's own thread while the scanner works on the chunk before.
import {open} from 'node:fs/promises'
import {createGunzip} from 'node:zlib'

export type Chunks = AsyncIterable<Uint8Array>

const CHUNK_BYTES = 1 << 20
const INFLATED_CHUNK_BYTES = 1 << 18
/** Inflated chunks that may wait for the scanner. */
const MAX_WAITING = 8

/** Bytes before and after each chunk of a file that its reader may write to: a line that began in the chunk before is put there. */
export const ROOM_BEFORE = 1 << 16
export const ROOM_AFTER = 64

const roomyBuffers = new WeakSet<ArrayBufferLike>()

/** True of chunks whose neighbourhood is nobody else's. */
export function hasRoomAround(chunk: Uint8Array): boolean {
  return roomyBuffers.has(chunk.buffer)
}

/** A file's bytes; the next chunk is being read while the consumer works on one. Each chunk is valid until the next is asked for. */
export async function* readFileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const buffers = [0, 1].map(() => new Uint8Array(ROOM_BEFORE + CHUNK_BYTES + ROOM_AFTER))
    for (const {buffer} of buffers) roomyBuffers.add(buffer)
    let pending = file.read(buffers[0], ROOM_BEFORE, CHUNK_BYTES, null)
    for (let turn = 0; ; turn++) {
      const {bytesRead} = await pending
      if (bytesRead === 0) return
      pending = file.read(buffers[(turn + 1) % 2], ROOM_BEFORE, CHUNK_BYTES, null)
      yield buffers[turn % 2].subarray(ROOM_BEFORE, ROOM_BEFORE + bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** True if these are the first bytes of a gzip stream. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Puts chunks back that were taken to look at them. */
export async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  try {
    for (;;) {
      const next = await rest.next()
      if (next.done) return
      yield next.value
    }
  } finally {
    await rest.return?.()
  }
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
