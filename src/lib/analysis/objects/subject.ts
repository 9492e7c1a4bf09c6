// A dump that was read, and what questions share about it.
import type {ReadResult} from '../../dump/read-heap.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import type {Heap} from '../../heap/heap.js'
import {type ClassGroups, classesOf} from './class-groups.js'
import type {HistoryReport} from '../history/judge-history.js'

export class Subject {
  constructor(
    /** What was read: a path, a key, `-`. */
    readonly source: string,
    readonly read: ReadResult,
    /** Resident memory of the process when it was dumped, when somebody knows it. */
    readonly processBytes: number | null = null,
    /** The past of the process, when somebody recorded it. */
    readonly history: HistoryReport | null = null,
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
