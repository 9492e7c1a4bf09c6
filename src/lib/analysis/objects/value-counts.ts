// How many strings have each value, and what they take: of all strings that have one in the dump. Counted once a heap.
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import type {Only} from '../../heap/scans/scan.js'
import type {Counts} from '../../heap/scans/tallies.js'

/** By value. Not to be changed: it is everybody's. */
export const valueCounts = onceAHeap(heap => countValues(heap, null))

/** By value, of the strings that count. */
export function countValues({columns, scans, tables}: Heap, only: Only): Counts {
  return scans.tallies.by(columns.details, tables.values.size, {only, types: [TYPE.STRING]})
}
