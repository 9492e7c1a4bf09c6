// The size of the whole dump. The allocation tracer can be up to half of it, but does not belong to the app.
import type {Heap} from '../../heap/heap.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import {tracersOf} from '../../heap/ownership.js'

export type Whole = {
  /** Of all objects. */
  readonly memsize: number
  readonly tracerMemsize: number
}

/** Bytes of the whole heap. */
export const wholeOf = onceAHeap((heap): Whole => ({
  memsize: heap.scans.tallies.memsize,
  tracerMemsize: sumOf(heap, tracersOf(heap)),
}))

function sumOf({memsizes}: Heap, indexes: readonly number[]): number {
  return indexes.reduce((whole, index) => whole + memsizes[index], 0)
}
