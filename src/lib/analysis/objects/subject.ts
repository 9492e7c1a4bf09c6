// A dump that has been read, with what all questions share.
import type {ReadResult} from '../../dump/read-heap.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import type {Heap} from '../../heap/heap.js'
import {type ClassGroups, classesOf} from './class-groups.js'
import type {HistoryReport} from '../history/judge-history.js'
import type {MemoryRecord} from '../../memory-record.js'

export class Subject {
  constructor(
    /** The input: a path, a key, `-`. */
    readonly source: string,
    readonly read: ReadResult,
    /** Resident memory of the process when it was dumped, if known. */
    readonly processBytes: number | null = null,
    /** The history of the process, if recorded. */
    readonly history: HistoryReport | null = null,
    /** What the agent recorded about the memory of the process; null: nothing. */
    readonly record: MemoryRecord | null = null,
  ) {}

  get heap(): Heap {
    return this.read.heap
  }

  get graph(): HeapGraph {
    return this.heap.graph
  }

  get classes(): ClassGroups {
    return classesOf(this.heap)
  }
}
