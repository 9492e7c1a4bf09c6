// Whether entries are taken out of a collection, read from its shape: all that a single untraced dump says of turnover.
//
// A Hash has a table of 2^n entries. What is deleted leaves a gap at its front or in its midst; a full table is made anew for twice what is in
// it, gaps not counted (rebuild_table of st.c, Ruby 2.4 to 4.0). So a table that only ever grew is more than half full, and one in which an
// entry goes for each that comes has room for twice as many or more. An Array with not a slot to spare was made at its length: where it has entries
// newer than itself, they replaced others. One that is shifted shares its elements with a hidden Array (rb_ary_shift of array.c), but so does one of
// which somebody has asked for the last few.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {sharerOf} from '../objects/shared-arrays.js'

/**
 * `replaced`: its length is fixed, and what comes in takes the place of what was there. `some`: as entries come,
 * others go, though perhaps fewer. `maybe`: there is a sign of it. `none`: it has only
 * grown since its table was made. null: the dump does not tell.
 */
export type Removals = 'replaced' | 'some' | 'maybe' | 'none' | null

/** Smaller tables may be of any shape: up to eight entries a Hash has none. */
const LEAST_ENTRIES = 16
/** Bytes of an entry of st_table: hash, key, value. */
const ENTRY_BYTES = 24
const POINTER_BYTES = 8
/** The next larger table takes twice as much; an embedded one, or none, less. */
const LARGER_TABLE = 1.6
const NO_TABLE = 0.8

/** Whether entries are taken out for certain. */
export function isTakenFrom(removals: Removals): boolean {
  return removals === 'replaced' || removals === 'some'
}

/** `hasNewer`: whether any entry is newer than the collection. */
export function removalsFrom(graph: HeapGraph, container: number, hasNewer: () => boolean): Removals {
  const {heap} = graph
  const {types, sizes} = heap.columns
  if (container >= heap.count || sizes[container] < LEAST_ENTRIES) return null
  if (types[container] === TYPE.HASH) return removalsFromHash(heap, container)
  if (types[container] !== TYPE.ARRAY) return null
  if (isShared(graph, container)) return 'maybe'
  const capacity = (heap.memsize(container) - heap.slotSize(container)) / POINTER_BYTES
  return capacity === sizes[container] && hasNewer() ? 'replaced' : null
}

function removalsFromHash(heap: Heap, hash: number): Removals {
  const ratio = (heap.memsize(hash) - heap.slotSize(hash)) / tableBytes(heap.columns.sizes[hash])
  if (ratio < NO_TABLE) return null
  return ratio >= LARGER_TABLE ? 'some' : 'none'
}

/** Of the smallest table for so many entries: these, and twice as many bins of one, two or four bytes. */
function tableBytes(entries: number): number {
  const power = Math.ceil(Math.log2(entries))
  const binBytes = power < 8 ? 1 : power < 16 ? 2 : 4
  return 2 ** power * (ENTRY_BYTES + 2 * binBytes)
}

/** The Array itself, or the hidden one that it shares its elements with. */
function isShared(graph: HeapGraph, array: number): boolean {
  return (graph.heap.columns.flags[array] & FLAG.shared) !== 0 || sharerOf(graph, array) !== null
}
