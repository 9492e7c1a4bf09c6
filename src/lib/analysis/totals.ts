// How much there is: one pass over the columns.
import type {Heap} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'

export type Totals = {
  readonly objects: number
  readonly memsize: number
  /** Outgoing references of all objects, repeats included; the roots' are not among them. */
  readonly references: number
  /** null: not computed. */
  readonly reachableObjects: number | null
  readonly reachableMemsize: number | null
  /** What the allocation tracer itself takes: in `memsize`, but nothing of the app. */
  readonly tracerMemsize: number
}

/** The `struct` of the DATA object that holds the tracer's table. */
const TRACER = 'ObjectTracing/allocation_info_tracer'

export function totals(heap: Heap): Totals {
  let memsize = 0
  let tracerMemsize = 0
  for (let index = 0; index < heap.count; index++) {
    memsize += heap.memsize(index)
    if (isTracer(heap, index)) tracerMemsize += heap.memsize(index)
  }

  return {
    memsize,
    objects: heap.count,
    reachableMemsize: null,
    reachableObjects: null,
    references: heap.columns.edges.length,
    tracerMemsize,
  }
}

export function isTracer(heap: Heap, index: number): boolean {
  return heap.columns.types[index] === TYPE.DATA && heap.detail(index) === TRACER
}
