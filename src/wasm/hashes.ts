// The 64-bit hash of a text's bytes, in two independent lanes of eight bytes each. The step is that of xxHash (XXH64,
// Yann Collet) with one more rotation. It is a bijection, so texts that differ in one step of only one lane never
// collide. A change in the highest bits of a word is multiplied again and rotated into the lowest bits too, so a few
// bytes of the next word cannot cancel it.

const FIRST_PRIME: u64 = 0x9e3779b185ebca87
const SECOND_PRIME: u64 = 0xc2b2ae3d27d4eb4f
const THIRD_PRIME: u64 = 0x165667b19e3779f9

@inline
function step(lane: u64, word: u64): u64 {
  return rotl(rotl(lane + word * SECOND_PRIME, 31) * FIRST_PRIME, 27)
}

/** The first bytes of a word, at most eight; the others become zero. */
@inline
function beginning(word: u64, bytes: usize): u64 {
  return bytes < 8 ? word & (((<u64>1) << (<u64>bytes << 3)) - 1) : word
}

/** Reads up to seven bytes beyond the text. */
export function hashText(start: usize, end: usize): u64 {
  let first: u64 = FIRST_PRIME + SECOND_PRIME
  let second: u64 = SECOND_PRIME
  let at = start
  for (; at + 16 <= end; at += 16) {
    first = step(first, load<u64>(at))
    second = step(second, load<u64>(at, 8))
  }

  const rest = end - at
  if (rest > 0) first = step(first, beginning(load<u64>(at), rest))
  if (rest > 8) second = step(second, beginning(load<u64>(at, 8), rest - 8))

  // Without this mixing, texts that differ only in the last word would have hashes that differ in few bits.
  let hash = rotl(first, 1) + rotl(second, 7) * THIRD_PRIME + <u64>(end - start)
  hash = (hash ^ (hash >> 33)) * SECOND_PRIME
  hash = (hash ^ (hash >> 29)) * THIRD_PRIME
  return hash ^ (hash >> 32)
}
