// What part of the app's memory something is. The allocation tracer is in the dump, up to a half of it, but it is not the app's.
import type {Heap} from '../heap/heap.js'
import {isTracer} from '../heap/ownership.js'

const wholes = new WeakMap<Heap, number>()

/** Bytes (the tracer's own left out) → their share of all bytes but the tracer's, 0..1. */
export function shares(heap: Heap): (bytes: number) => number {
  const whole = wholes.get(heap) ?? sum(heap)
  wholes.set(heap, whole)
  return bytes => (whole === 0 ? 0 : bytes / whole)
}

function sum(heap: Heap): number {
  let whole = 0
  for (let index = 0; index < heap.count; index++) if (!isTracer(heap, index)) whole += heap.memsize(index)
  return whole
}
