// Arrays, hashes and strings: their capacity, and how much of it is unused. A dump has capacities only of strings, and
// the reader drops these. All of them follow from memsize, which is the slot plus what was allocated outside it
// (array.c, st.c and string.c of Ruby 3.1 to 4.0, 64-bit).
import {EMBEDDED, SHARED} from '../bytes'
import {IS_ARRAY, IS_HASH, IS_STRING} from '../types'
import {set} from '../words-of-memory'
import {count, counts, flagsOf, memsizeOf, sizeOf, typeOf} from './heap'
import {slotSizeOf} from './pages'

const WORD: i64 = 8
/** struct st_table; an entry is hash, key and value. */
const TABLE: i64 = 56
const ENTRY: i64 = 24
/** A small hash has no table, but capacity for eight pairs, in its slot (3.3 and later) or outside it. */
const SMALL_HASH: i64 = 8
const PAIR: i64 = 16
const SMALL_HASH_SLOT: i64 = 160
/** From 2^5 entries on there are bins, twice as many as entries, of 1, 2 or 4 bytes depending on their number. */
const BINS_FROM: i64 = 5

/** The capacity, in elements, entries or bytes, of the collection last passed to `unusedIn`; -1 if unknown. */
export let capacity: f64 = -1

let knowsCapacity: bool = true

/** `known`: false for a 32-bit Ruby, where capacities are unknown. */
export function setCapacityKnown(known: bool): void {
  knowsCapacity = known
}

/** Bytes that are allocated but unused. `memsize`: the object's, which may exceed 32 bits. */
export function unusedIn(index: i32, memsize: f64): f64 {
  capacity = -1
  const flags = flagsOf(index)
  // A shared buffer belongs to another object, and the dump does not say how long this object's part of it is.
  if (!knowsCapacity || (flags & (SHARED | EMBEDDED)) != 0) return 0
  const size = <i64>sizeOf(index)
  const slot = <i64>slotSizeOf(index)
  const beside = <i64>memsize - slot
  switch (typeOf(index)) {
    case IS_ARRAY: return <f64>unusedOf(size, beside < 0 ? -1 : beside / WORD, WORD)
    // Minus one byte for the terminating zero.
    case IS_STRING: return <f64>unusedOf(size, beside - 1, 1)
    case IS_HASH: return <f64>unusedInHash(size, beside, slot)
    default: return 0
  }
}

@inline
function unusedOf(size: i64, places: i64, bytes: i64): i64 {
  if (places < size) return 0
  capacity = <f64>places
  return (places - size) * bytes
}

function unusedInHash(size: i64, beside: i64, slot: i64): i64 {
  if (beside == 0 && slot < SMALL_HASH_SLOT) return size == 0 ? unusedOf(0, 0, PAIR) : 0
  if (size <= SMALL_HASH && (beside == 0 || beside == SMALL_HASH * PAIR)) return unusedOf(size, SMALL_HASH, PAIR)
  // In 3.3 and later, struct st_table is also in the slot.
  let power = powerOf(beside - TABLE)
  if (power < 0) power = powerOf(beside)
  if (power < 0) return 0
  capacity = <f64>(<i64>1 << power)
  return max(0, (<i64>1 << power) - size) * ENTRY
}

/**
 * The capacity of a table, as a power of two, from its bytes including bins. Each capacity has a different size. -1: no
 * table has that size.
 */
function powerOf(bytes: i64): i64 {
  for (let power: i64 = 2; power < 31; power++) {
    let taken = ENTRY << power
    if (power >= BINS_FROM) taken += (<i64>2 << power) * (power < 8 ? 1 : power < 16 ? 2 : 4)
    if (taken >= bytes) return taken == bytes ? power : -1
  }

  return -1
}

export let emptyCount: i32 = 0
export let unusedTotal: f64 = 0

/**
 * Lists all arrays and hashes, and the strings with a buffer, in `found`; their lengths (0 for strings) in `lengths`;
 * their unused bytes in `unused`. Lists those without content, embedded ones included, in `empty`, and counts them in
 * `emptyCount`. Returns how many were found, and sets `unusedTotal` to the sum of unused bytes.
 */
export function listCollections(found: usize, lengths: usize, unused: usize, empty: usize): i32 {
  let end = 0
  emptyCount = 0
  unusedTotal = 0
  for (let index = 0; index < count; index++) {
    const type = typeOf(index)
    const flags = flagsOf(index)
    const size = sizeOf(index)
    // Most objects are strings in their slots; skip them first.
    if (type == IS_STRING ? (flags & EMBEDDED) != 0 && size > 0 : type != IS_ARRAY && type != IS_HASH) continue
    if (!counts(index)) continue
    if (type != IS_STRING || (flags & EMBEDDED) == 0) {
      const bytes = unusedIn(index, <f64>memsizeOf(index))
      unusedTotal += bytes
      set(found, end, index)
      set(lengths, end, type == IS_STRING ? 0 : size)
      set(unused, end++, <u32>bytes)
    }

    if (size == 0 && (flags & SHARED) == 0) set(empty, emptyCount++, index)
  }

  return end
}
