// A dump that was read, and what questions share about it: the graph is built when the first one needs it.
import type {ReadResult} from '../dump/read-heap.js'
import {HeapGraph} from '../heap/heap-graph.js'
import type {Heap} from '../heap/heap.js'
import {type ClassGroups, groupByClass} from './class-groups.js'

export class Subject {
  #graph: HeapGraph | null = null
  #classes: ClassGroups | null = null

  constructor(
    /** What was read: a path, a key, `-`. */
    readonly source: string,
    readonly read: ReadResult,
    /** Resident memory of the process when it was dumped, when somebody knows it. */
    readonly processBytes: number | null = null,
  ) {}

  get heap(): Heap {
    return this.read.heap
  }

  get graph(): HeapGraph {
    this.#graph ??= new HeapGraph(this.heap)
    return this.#graph
  }

  get classes(): ClassGroups {
    this.#classes ??= groupByClass(this.heap)
    return this.#classes
  }
}
