// Bytes of a dump → the heap. One pass, about 45 bytes of memory per object; only repeated texts are kept.
import {UserError} from '../errors.js'
import type {DumpSize} from '../heap/heap-memory.js'
import type {Folded} from '../heap/heap-builder.js'
import type {Heap} from '../heap/heap.js'
import {ignoreProgress, type OnProgress} from '../progress.js'
import {type Chunks, FileChunks} from './chunks.js'
import {DumpScanner, notADump} from './dump-scanner.js'
import {gunzip, type InflateEnd, isGzip} from './gunzip.js'

/** gzip makes dumps 6 to 20 times smaller. */
const LIKELY_RATIO = 12
const MOST_RATIO = 24

export type ReadOptions = {
  /** Total size of the chunks (compressed or not); null if unknown. For progress, and to allocate memory once. */
  readonly storedBytes?: number | null
  /** Size of the dump before compression, if known. */
  readonly dumpBytes?: number | null | undefined
  readonly onProgress?: OnProgress | undefined
  /** Whether to keep the hashes of values (ValueTable.hash), which comparing dumps needs; default true. */
  readonly keepsHashes?: boolean | undefined
}

export type ReadResult = {
  readonly heap: Heap
  /** Bytes of the dump, uncompressed, as far as it could be read. */
  readonly bytes: number
  /** The dump is incomplete: all totals are lower bounds. */
  readonly truncated: boolean
  /** Lines that are not JSON records; and those of them that could be recovered. */
  readonly malformedLines: number
  readonly recoveredLines: number
  /** Objects at an address that an earlier object in the file has too: the file may be two dumps, or one twice. */
  readonly repeatedObjects: number
  /** Kinds of names of which the dump has too many: the rest of each are grouped as `(other)`. */
  readonly folded: readonly Folded[]
  /** A fault in the gzip data of a dump that could be read to its end; null: none. */
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

  /** All chunks, including the first. */
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

/** Reads a file straight into the scanner's buffer, without a promise for each chunk. */
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
      const buffer = scanner.inputBuffer()
      const bytesRead = file.readInto(buffer)
      if (bytesRead === 0) return
      count(bytesRead)
      scanner.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.return()
  }
}

/** If neither is known, memory for a small dump is allocated at first. */
function sizeOf(dumpBytes: number | null, storedBytes: number | null): DumpSize {
  if (dumpBytes !== null) return {likely: dumpBytes, most: dumpBytes}
  return {likely: (storedBytes ?? 0) * LIKELY_RATIO, most: (storedBytes ?? 0) * MOST_RATIO}
}

/** At least the first two bytes, to recognize gzip; fewer only if there are no more. */
async function takeFirst(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array(0)
  while (first.length < 2) {
    const next = await iterator.next()
    if (next.done) break
    // A chunk is valid until the next one is requested.
    first = first.length === 0 && next.value.length >= 2 ? next.value : Uint8Array.from([...first, ...next.value])
  }

  return first
}
