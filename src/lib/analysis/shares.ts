// What part of the app's memory something is. The allocation tracer is in the dump, up to a half of it, but it is not the app's.
import type {Heap} from '../heap/heap.js'
import {onceAHeap} from '../heap/once-a-heap.js'
import {tracersOf} from '../heap/ownership.js'

export type Whole = {
  /** Of all objects. */
  readonly memsize: number
  readonly tracerMemsize: number
}

/** Bytes of the whole heap. */
export const wholeOf = onceAHeap((heap): Whole => ({memsize: heap.sweeps.memsize, tracerMemsize: sumOf(heap, tracersOf(heap))}))

/** Bytes (the tracer's own left out) → their share of all bytes but the tracer's, 0..1. */
export function shares(heap: Heap): (bytes: number) => number {
  const {memsize, tracerMemsize} = wholeOf(heap)
  const whole = memsize - tracerMemsize
  return bytes => (whole === 0 ? 0 : bytes / whole)
}

function sumOf({memsizes}: Heap, indexes: readonly number[]): number {
  return indexes.reduce((whole, index) => whole + memsizes[index], 0)
}
