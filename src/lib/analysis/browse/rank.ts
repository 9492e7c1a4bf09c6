// The objects of a list by size: all of them, or the largest of a list that nobody reads to its end.
import type {Only} from '../../heap/scans/scan.js'
import {largestFirst} from '../objects/largest-first.js'
import type {Subject} from '../objects/subject.js'

export type SizeName = 'retained' | 'shallow'

/** A list of up to so many objects is sorted. */
export const MOST_SORTED = 10_000
/** Rows of a longer list. Finding more takes longer than anyone wants to wait for a key. */
const MOST_ROWS = 1000

/** Of the marked objects, without those that have no size; `only` null: of all. Ties in the order of the dump. */
export function largestMarked(subject: Subject, only: Only, by: SizeName): Int32Array {
  return subject.heap.scans.select.largest(sizesOf(subject, by), MOST_ROWS, only)
}

/** Ties in the order of the dump. */
export function largestOf(subject: Subject, members: Int32Array, by: SizeName): Int32Array {
  const sizes = sizesOf(subject, by)
  if (members.length <= MOST_SORTED) return largestFirst(members.toSorted(), sizes)
  const only = new Uint8Array(subject.heap.count)
  for (let at = 0; at < members.length; at++) only[members[at]] = 1
  const largest = largestMarked(subject, only, by)
  if (largest.length === MOST_ROWS) return largest
  // The others have no size: garbage retains nothing.
  const rows = new Int32Array(MOST_ROWS)
  rows.set(largest)
  for (let at = 0, end = largest.length; end < MOST_ROWS; at++) if (sizes[members[at]] === 0) rows[end++] = members[at]
  return rows
}

function sizesOf({graph, heap}: Subject, by: SizeName): Float64Array | Uint32Array {
  return by === 'shallow' ? heap.memsizes : graph.retainedSizes.subarray(0, heap.count)
}
