// How much there is: one pass over the columns.
import type {HeapGraph} from '../heap/heap-graph.js'
import {isTracer} from '../heap/ownership.js'

export type Totals = {
  readonly objects: number
  readonly memsize: number
  /** Outgoing references of all objects, repeats included; the roots' are not among them. */
  readonly references: number
  /** What some path from a root reaches; the rest is garbage that was not collected yet. */
  readonly reachableObjects: number
  readonly reachableMemsize: number
  /** What the allocation tracer itself takes: in `memsize`, but nothing of the app. */
  readonly tracerMemsize: number
}

export function totals({heap, retainedSizes, retainedCounts, root}: HeapGraph): Totals {
  let memsize = 0
  let tracerMemsize = 0
  for (let index = 0; index < heap.count; index++) {
    memsize += heap.memsize(index)
    if (isTracer(heap, index)) tracerMemsize += heap.memsize(index)
  }

  return {
    memsize,
    objects: heap.count,
    reachableMemsize: retainedSizes[root],
    reachableObjects: retainedCounts[root] - 1,
    references: heap.columns.edges.length,
    tracerMemsize,
  }
}
