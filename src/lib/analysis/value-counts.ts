// How many strings have each value, and what they take: of all strings that have one in the dump. Counted once a heap.
import type {Heap} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import type {Counts, Only} from '../heap/sweeps.js'

const counted = new WeakMap<Heap, Counts>()

/** By value. Not to be changed: it is everybody's. */
export function valueCounts(heap: Heap): Counts {
  let counts = counted.get(heap)
  if (counts === undefined) counted.set(heap, (counts = countValues(heap, null)))
  return counts
}

/** By value, of the strings that count. */
export function countValues({columns, sweeps, tables}: Heap, only: Only): Counts {
  return sweeps.tally(columns.details, tables.values.size, {only, types: [TYPE.STRING]})
}
