// The number and the size of strings by value, for all strings with a value in the dump. Counted once per heap.
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import type {Only} from '../../heap/scans/scan.js'
import type {Counts} from '../../heap/scans/tallies.js'

/** By value. Shared, so it must not be modified. */
export const valueCounts = onceAHeap(heap => countValues(heap, null))

/** By value, for the strings marked by `only`. */
export function countValues({columns, scans, tables}: Heap, only: Only): Counts {
  return scans.tallies.by(columns.details, tables.values.size, {only, types: [TYPE.STRING]})
}
