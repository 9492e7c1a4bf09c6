// How much there is.
import type {HeapGraph} from '../heap/heap-graph.js'
import {wholeOf} from './shares.js'

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
  const {memsize, tracerMemsize} = wholeOf(heap)
  return {
    memsize,
    objects: heap.count,
    reachableMemsize: retainedSizes[root],
    reachableObjects: retainedCounts[root] - 1,
    references: heap.columns.edges.length,
    tracerMemsize,
  }
}
