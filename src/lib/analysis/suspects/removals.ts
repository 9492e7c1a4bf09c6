// Whether entries are removed from a collection, read from its capacity: the only evidence of turnover in a single
// untraced dump.
//
// A Hash has a table of 2^n entries. A deleted entry leaves a gap at the front or in the middle; a full table is
// rebuilt with twice the capacity of its contents, gaps not counted (rebuild_table of st.c, Ruby 2.4 to 4.0). So a
// table that only ever grew is more than half full, and one that loses an entry for each one added has capacity for at
// least twice as many. Two tables are larger from the beginning: the first one has 32 entries, and one created for
// exactly 2^n entries (Array#to_h, a literal) has 2^(n+1) (get_power2 of st.c). Caches often have a limit of 2^n, too, so
// that is taken for removals, in careful words. An Array without spare capacity was created at that length: if it has entries newer than itself,
// they replaced others. An Array that is shifted shares its elements with a hidden Array (rb_ary_shift of array.c), but
// so does one whose last elements were sliced off.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {sharerOf} from '../objects/shared-arrays.js'

/**
 * `replaced`: the length is fixed, new entries replace old ones. `some`: entries are removed as others are added,
 * though perhaps fewer. `maybe`: there is a sign of it. `none`: it has only grown since its table was built. null: the
 * dump does not show it.
 */
export type Removals = 'replaced' | 'some' | 'maybe' | 'none' | null

/** Smaller ones prove nothing: a Hash with up to eight entries has no table, and then one of 32. */
const LEAST_ENTRIES = 17
/** Bytes of an st_table entry: hash, key, value. */
const ENTRY_BYTES = 24
const POINTER_BYTES = 8
/** The next larger table takes twice as much; an embedded or missing one takes less. */
const LARGER_TABLE = 1.6
const NO_TABLE = 0.8

/** Whether entries are certainly removed. */
export function hasRemovals(removals: Removals): boolean {
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

/** Whether a Hash has exactly 2^n entries: then its table may be as large as it is since its creation. */
export function mayBeSized({columns: {sizes, types}}: Heap, hash: number): boolean {
  return types[hash] === TYPE.HASH && (sizes[hash] & (sizes[hash] - 1)) === 0
}

/** Size of the smallest table for that many entries: the entries, and twice as many bins of 1, 2 or 4 bytes. */
function tableBytes(entries: number): number {
  const power = Math.ceil(Math.log2(entries))
  const binBytes = power < 8 ? 1 : power < 16 ? 2 : 4
  return 2 ** power * (ENTRY_BYTES + 2 * binBytes)
}

/** Whether the Array shares its elements, or another Array shares them with it. */
function isShared(graph: HeapGraph, array: number): boolean {
  return (graph.heap.columns.flags[array] & FLAG.shared) !== 0 || sharerOf(graph, array) !== null
}
