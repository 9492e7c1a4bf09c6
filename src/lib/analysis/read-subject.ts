// A dump's bytes → what questions are asked of.
import type {Chunks} from '../dump/chunks.js'
import {readHeap, type ReadOptions} from '../dump/read-heap.js'
import type {DumpToRead} from './open-analysis.js'
import {Subject} from './subject.js'

export async function readSubject(dump: Omit<DumpToRead, 'bytes'>, chunks: Chunks, options: ReadOptions): Promise<Subject> {
  const {source, storedBytes, dumpBytes, keepsHashes, processBytes = null} = dump
  return new Subject(source, await readHeap(chunks, {...options, dumpBytes, keepsHashes, storedBytes}), processBytes)
}
