// Bytes of a dump → the subject of questions.
import type {Chunks} from '../../dump/chunks.js'
import {readHeap, type ReadOptions} from '../../dump/read-heap.js'
import {judgeHistory} from '../history/judge-history.js'
import type {DumpToRead, Recorded} from './open-analysis.js'
import {Subject} from '../objects/subject.js'

type DumpFacts = Omit<DumpToRead, 'bytes' | 'history' | 'memory'> & {readonly recorded?: Promise<Recorded>}

export async function readSubject(dump: DumpFacts, chunks: Chunks, options: ReadOptions): Promise<Subject> {
  const {source, storedBytes, dumpBytes, keepsHashes, processBytes = null} = dump
  const read = await readHeap(chunks, {...options, dumpBytes, keepsHashes, storedBytes})
  const {memory = null, past = null} = (await dump.recorded) ?? {}
  return new Subject(source, read, processBytes, past === null ? null : judgeHistory(past), memory)
}
