// Consecutive small numbers for 64-bit hashes: an open-addressing table. A slot contains everything that a look-up
// compares, in one cache line: the hash (8 bytes), its key + 1 (4), and a note for the caller (4). Two texts with equal
// hashes are taken for the same text: with ten million texts, the chance of a collision is one in 370,000.
import {allocate, leave} from './memory'

const SLOT_BITS = 4

@unmanaged
export class Keys {
  slots: usize
  mask: u32
  count: u32
}

/** `place`: 12 bytes for the table's own data. `capacity`: slots, a power of two. */
export function initialize(place: usize, capacity: u32): Keys {
  const keys = changetype<Keys>(place)
  keys.slots = allocateSlots(<usize>capacity << SLOT_BITS)
  keys.mask = capacity - 1
  keys.count = 0
  return keys
}

/**
 * Writes to all pages now. They will all be written to, and would be read before, which takes two faults: a page that
 * was only read is shared, and making it private interrupts the other processors.
 */
function allocateSlots(bytes: usize): usize {
  const slots = allocate(bytes)
  for (let at: usize = 0; at < bytes; at += 1 << 12) store<u8>(slots + at, 0)
  return slots
}

/** The slot of a hash. If its key is 0, the hash is new, and `keep` must assign a key. Valid until the next `keep`. */
@inline
export function slotOf(keys: Keys, hash: u64): usize {
  let slot = <u32>hash & keys.mask
  while (true) {
    const at = keys.slots + (<usize>slot << SLOT_BITS)
    if (load<u64>(at) == hash || keyPlusOne(at) == 0) return at
    slot = (slot + 1) & keys.mask
  }
}

/** Brings the slot of a hash into the cache, for callers with many look-ups. Returns part of it. */
@inline
export function touch(keys: Keys, hash: u64): u32 {
  return load<u32>(keys.slots + (<usize>(<u32>hash & keys.mask) << SLOT_BITS), 8)
}

@inline
export function keyPlusOne(slot: usize): u32 {
  return load<u32>(slot, 8)
}

@inline
export function note(slot: usize): u32 {
  return load<u32>(slot, 12)
}

@inline
export function setNote(slot: usize, value: u32): void {
  store<u32>(slot, value, 12)
}

/** Assigns the next key to the hash of an empty slot, and returns the key. */
export function keep(keys: Keys, slot: usize, hash: u64, note: u32): u32 {
  store<u64>(slot, hash)
  store<u32>(slot, ++keys.count, 8)
  store<u32>(slot, note, 12)
  const key = keys.count - 1
  // Two thirds full.
  if (keys.count * 3 > keys.mask << 1) grow(keys)
  return key
}

function grow(keys: Keys): void {
  const old = keys.slots
  const end = old + ((<usize>keys.mask + 1) << SLOT_BITS)
  keys.mask = (keys.mask << 1) | 1
  keys.slots = allocateSlots((<usize>keys.mask + 1) << SLOT_BITS)
  for (let from = old; from < end; from += 1 << SLOT_BITS) {
    if (keyPlusOne(from) == 0) continue
    let slot = load<u32>(from) & keys.mask
    while (keyPlusOne(keys.slots + (<usize>slot << SLOT_BITS)) != 0) slot = (slot + 1) & keys.mask
    memory.copy(keys.slots + (<usize>slot << SLOT_BITS), from, 1 << SLOT_BITS)
  }

  leave(old, end - old)
}
