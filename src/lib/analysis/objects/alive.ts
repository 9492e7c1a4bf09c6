// What is alive and the app's: what every share is of, on each page, in --fail-on and in JSON. Garbage that was not
// collected yet is left out,
// so are the allocation tracer, what is set aside for threads' stacks, and what is the agent's.
import type {HeapGraph} from '../../heap/heap-graph.js'
import type {Heap} from '../../heap/heap.js'
import {UNREACHED} from '../../heap/ownership.js'
import type {Counts} from '../../heap/scans/tallies.js'
import {asideOf} from './aside.js'
import {type AnalysisOptions, onlyOf} from './options.js'

export type Alive = {readonly objects: number; readonly memsize: number}

export function aliveOf({heap, retainedCounts, retainedSizes, root}: HeapGraph): Alive {
  const aside = asideOf(heap)
  const objects = retainedCounts[root] - 1 - aside.whole.length
  return {memsize: Math.max(0, retainedSizes[root] - aside.bytes), objects}
}

/** Bytes of what is alive → their share of all that is, 0..1. */
export function shares({graph}: Heap): (bytes: number) => number {
  const {memsize} = aliveOf(graph)
  return bytes => (memsize === 0 ? 0 : bytes / memsize)
}

const masks = new WeakMap<AnalysisOptions, Uint8Array>()

/** 1 for what is alive and the app's, of what the options let through. The options are one heap's, and don't change. */
export function aliveMask(heap: Heap, options: AnalysisOptions): Uint8Array {
  let mask = masks.get(options)
  if (mask === undefined) {
    const {
      owned: {strengths},
    } = heap.graph
    const only = onlyOf(heap, options)
    mask = heap.scans.select.unlike(strengths, UNREACHED)
    if (only !== null) for (let index = 0; index < mask.length; index++) mask[index] &= only[index]
    for (const {index} of asideOf(heap).whole) mask[index] = 0
    masks.set(options, mask)
  }

  return mask
}

/** What is alive, by a column of numbers (-1: none); what has none comes after them all. */
export function tallyAlive(heap: Heap, groupOf: Int32Array, groups: number, options: AnalysisOptions): Counts {
  const mask = aliveMask(heap, options)
  const counts = heap.scans.tallies.by(groupOf, groups, {only: mask})
  for (const {bytes, index} of asideOf(heap).stacks) {
    if (mask[index] === 1) counts.memsizes[groupOf[index] < 0 ? groups : groupOf[index]] -= bytes
  }

  return counts
}
