// Dumps for tests: bytes in any form → the heap that was read from them.
import {type AnalysisReport, report} from '../../src/lib/analysis/report/report.js'
import {Subject} from '../../src/lib/analysis/objects/subject.js'
import type {Chunks} from '../../src/lib/dump/chunks.js'
import {type ReadOptions, readHeap, type ReadResult} from '../../src/lib/dump/read-heap.js'

/** The bytes in chunks of `size`, in buffers that are reused, as when reading a file. */
export async function* chunksOf(bytes: Uint8Array, size = 1 << 16): AsyncGenerator<Uint8Array> {
  const buffers = [new Uint8Array(size), new Uint8Array(size)]
  for (let at = 0, turn = 0; at < bytes.length; at += size, turn++) {
    const part = bytes.subarray(at, at + size)
    buffers[turn % 2].fill(0)
    buffers[turn % 2].set(part)
    yield buffers[turn % 2].subarray(0, part.length)
  }
}

export function bytesOf(dump: string | Uint8Array): Uint8Array {
  return typeof dump === 'string' ? Buffer.from(dump) : dump
}

export function read(
  dump: string | Uint8Array,
  options: ReadOptions & {chunkBytes?: number | undefined} = {},
): Promise<ReadResult> {
  const bytes = bytesOf(dump)
  const chunks: Chunks = chunksOf(bytes, options.chunkBytes)
  return readHeap(chunks, {storedBytes: bytes.length, ...options})
}

/** The full report on what was read, with all rows. */
export function reportOf(result: ReadResult): AnalysisReport {
  return report(new Subject('test', result), {top: 0})
}

export type TestRecord = Readonly<Record<string, unknown>>

/** Prints a record like objspace: `, ` and no space after a colon. */
export function printed(record: TestRecord): string {
  return JSON.stringify(record, null, 1)
    .replaceAll(/\n */g, ' ')
    .replaceAll('{ ', '{')
    .replaceAll(' }', '}')
    .replaceAll('[ ', '[')
    .replaceAll(' ]', ']')
    .replaceAll('": ', '":')
}

/** A dump of these records; their values must not contain anything that looks like JSON. */
export function dumpOf(...records: readonly TestRecord[]): string {
  return records.map(record => `${printed(record)}\n`).join('')
}
