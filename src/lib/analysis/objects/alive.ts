// Live memory: the base of every share, on each page, in --fail-on and in JSON. It leaves out garbage that has not been
// collected yet, the allocation tracer, reserved thread stacks and the agent.
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

/** Maps live bytes to their share of live memory, 0..1. */
export function shares({graph}: Heap): (bytes: number) => number {
  const {memsize} = aliveOf(graph)
  return bytes => (memsize === 0 ? 0 : bytes / memsize)
}

const masks = new WeakMap<AnalysisOptions, Uint8Array>()

/** 1 for each live object among the selected ones. `options` belong to one heap and don't change. */
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

/** Counts live objects by a column of group numbers; those without a group (-1) come last. */
export function tallyAlive(heap: Heap, groupOf: Int32Array, groups: number, options: AnalysisOptions): Counts {
  const mask = aliveMask(heap, options)
  const counts = heap.scans.tallies.by(groupOf, groups, {only: mask})
  for (const {bytes, index} of asideOf(heap).stacks) {
    if (mask[index] === 1) counts.memsizes[groupOf[index] < 0 ? groups : groupOf[index]] -= bytes
  }

  return counts
}
