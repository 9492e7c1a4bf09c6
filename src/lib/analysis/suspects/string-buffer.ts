// How a String came to be as long as it is, read from its buffer.
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'

/** Powers of two in a buffer's size that are no coincidence. */
const DOUBLINGS = 8

/**
 * Bytes of room that are left in the buffer of a String that was appended to over and over; null for any other object.
 *
 * Appending (<<, StringIO#puts, CSV.generate, Marshal.dump) doubles a buffer that is full, the byte that ends it included (str_buf_cat of
 * string.c), so that its size is what it began with times a power of two: 24 × 2^20 for 25 MB. What is read from a file, joined,
 * interpolated, inflated or made by JSON.generate has a buffer that fits, or grew by other steps. A large `capacity:` from the start hides it.
 */
export function roomOfAppended(heap: Heap, index: number): number | null {
  const {types, flags, sizes} = heap.columns
  if (types[index] !== TYPE.STRING || (flags[index] & (FLAG.embedded | FLAG.shared)) !== 0) return null
  const buffer = heap.memsize(index) - heap.slotSize(index)
  return buffer > sizes[index] && buffer % 2 ** DOUBLINGS === 0 ? buffer - 1 - sizes[index] : null
}
