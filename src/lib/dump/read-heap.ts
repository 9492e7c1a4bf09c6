// A dump's bytes → the heap. One pass, about 45 bytes of memory an object; nothing of the dump's text is kept but
// what repeats.
import {UserError} from '../errors.js'
import type {DumpSize} from '../heap/heap-memory.js'
import type {Folded} from '../heap/heap-builder.js'
import type {Heap} from '../heap/heap.js'
import {ignoreProgress, type OnProgress} from '../progress.js'
import {type Chunks, FileChunks} from './chunks.js'
import {DumpScanner, notADump} from './dump-scanner.js'
import {gunzip, type InflateEnd, isGzip} from './gunzip.js'

/** How much smaller gzip makes dumps: from 6 to 20 times. */
const LIKELY_RATIO = 12
const MOST_RATIO = 24

export type ReadOptions = {
  /** Size of what the chunks hold (compressed or not); null while unknown. For progress, and to allocate once. */
  readonly storedBytes?: number | null
  /** Size of the dump before compression, when someone knows it. */
  readonly dumpBytes?: number | null | undefined
  readonly onProgress?: OnProgress | undefined
  /** Whether values are known by their hashes afterwards (ValueTable.hash), as comparing dumps needs; yes unless told. */
  readonly keepsHashes?: boolean | undefined
}

export type ReadResult = {
  readonly heap: Heap
  /** Bytes of the dump, uncompressed, as far as it could be read. */
  readonly bytes: number
  /** The dump ends before it was complete: all totals are lower bounds. */
  readonly truncated: boolean
  /** Lines that are no JSON record; those of them that are in the heap all the same. */
  readonly malformedLines: number
  readonly recoveredLines: number
  /** Objects at an address that another one before them has: are these two dumps, or one twice? */
  readonly repeatedObjects: number
  /** What the dump has more kinds of than are told apart: the rest of each is called `(other)`. */
  readonly folded: readonly Folded[]
  /** What is wrong with the gzip around a dump that could be read to its end; null: nothing. */
  readonly gzipFault: 'trailing-bytes' | 'wrong-checksum' | null
}

/** Reads a dump, gzipped or not. Throws UserError `empty_dump` or `not_a_dump`. */
export async function readHeap(chunks: Chunks, options: ReadOptions = {}): Promise<ReadResult> {
  const {storedBytes = null, dumpBytes = null, onProgress = ignoreProgress, keepsHashes = true} = options
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await takeFirst(iterator)
  if (first.length === 0) {
    throw new UserError('The dump is empty (0 bytes).', {
      code: 'empty_dump',
      hint: 'Nothing was written to it, or its upload was interrupted. Take another one: heroku heapdump:trigger',
    })
  }

  const compressed = isGzip(first)
  const scanner = new DumpScanner(sizeOf(dumpBytes ?? (compressed ? null : storedBytes), storedBytes), keepsHashes)
  let storedDone = 0
  const count = (bytes: number): void => {
    storedDone += bytes
    onProgress({phase: 'reading', done: storedDone, total: storedBytes})
  }

  /** All chunks, the first one included. */
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = first; ;) {
        count(chunk.length)
        yield chunk
        const next = await iterator.next()
        if (next.done) return
        chunk = next.value
      }
    } finally {
      await iterator.return?.()
    }
  }

  let end: InflateEnd = 'whole'
  if (compressed) {
    const inflated = gunzip(counted())
    for (;;) {
      const next = await inflated.next()
      if (next.done) {
        end = next.value
        break
      }

      scanner.push(next.value)
    }
  } else if (chunks instanceof FileChunks && chunks.canReadInto) {
    await readDirectly(chunks, first, scanner, count)
  } else {
    for await (const chunk of counted()) scanner.push(chunk)
  }

  if (scanner.bytes === 0) throw notADump()
  onProgress({phase: 'resolving references', done: 0, total: null})
  const {cut, folded, heap} = scanner.finish()
  return {
    heap,
    bytes: scanner.bytes,
    truncated: cut || end === 'cut' || end === 'damaged',
    malformedLines: scanner.malformedLines,
    recoveredLines: scanner.recoveredLines,
    repeatedObjects: heap.index.repeated,
    folded,
    gzipFault: end === 'trailing-bytes' || end === 'wrong-checksum' ? end : null,
  }
}

/** A file's bytes to where the scanner wants them, without a promise for each chunk. */
async function readDirectly(
  file: FileChunks,
  first: Uint8Array,
  scanner: DumpScanner,
  count: (bytes: number) => void,
): Promise<void> {
  try {
    count(first.length)
    scanner.push(first)
    for (;;) {
      const room = scanner.room()
      const bytesRead = file.readInto(room)
      if (bytesRead === 0) return
      count(bytesRead)
      scanner.push(room.subarray(0, bytesRead))
    }
  } finally {
    await file.return()
  }
}

/** Without either there is room for a small dump at first. */
function sizeOf(dumpBytes: number | null, storedBytes: number | null): DumpSize {
  if (dumpBytes !== null) return {likely: dumpBytes, most: dumpBytes}
  return {likely: (storedBytes ?? 0) * LIKELY_RATIO, most: (storedBytes ?? 0) * MOST_RATIO}
}

/** The first two bytes or more, to tell gzip by; fewer only if there are no more. */
async function takeFirst(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array(0)
  while (first.length < 2) {
    const next = await iterator.next()
    if (next.done) break
    // A chunk is valid until the next one is asked for.
    first = first.length === 0 && next.value.length >= 2 ? next.value : Uint8Array.from([...first, ...next.value])
  }

  return first
}
