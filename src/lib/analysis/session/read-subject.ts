// Bytes of a dump → the subject of questions.
import type {Chunks} from '../../dump/chunks.js'
import {readHeap, type ReadOptions} from '../../dump/read-heap.js'
import type {ProcessHistory} from '../../process-history.js'
import {judgeHistory} from '../history/judge-history.js'
import type {DumpToRead} from './open-analysis.js'
import {Subject} from '../objects/subject.js'

type DumpFacts = Omit<DumpToRead, 'bytes' | 'history'> & {readonly past?: ProcessHistory | null}

export async function readSubject(dump: DumpFacts, chunks: Chunks, options: ReadOptions): Promise<Subject> {
  const {source, storedBytes, dumpBytes, keepsHashes, past = null, processBytes = null} = dump
  const read = await readHeap(chunks, {...options, dumpBytes, keepsHashes, storedBytes})
  return new Subject(source, read, processBytes, past === null ? null : judgeHistory(past))
}
