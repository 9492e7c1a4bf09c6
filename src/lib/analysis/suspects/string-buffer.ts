// Whether a String was built by appending, read from the size of its buffer.
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'

/** This many powers of two in a buffer's size are not a coincidence. */
const DOUBLINGS = 8

/**
 * Unused capacity, in bytes, of a String that was appended to many times; null for any other object.
 *
 * Appending (<<, StringIO#puts, CSV.generate, Marshal.dump) doubles a full buffer, its final NUL byte included
 * (str_buf_cat of string.c), so its size is the initial one times a power of two: 24 × 2^20 for 25 MB. A String that
 * was read from a file, joined, interpolated, inflated or made by JSON.generate has a buffer that fits, or one that
 * grew in other steps. A large initial `capacity:` hides it.
 */
export function unusedCapacityOfAppended(heap: Heap, index: number): number | null {
  const {types, flags, sizes} = heap.columns
  if (types[index] !== TYPE.STRING || (flags[index] & (FLAG.embedded | FLAG.shared)) !== 0) return null
  const buffer = heap.memsize(index) - heap.slotSize(index)
  return buffer > sizes[index] && buffer % 2 ** DOUBLINGS === 0 ? buffer - 1 - sizes[index] : null
}
