// The 64-bit hash of a text's bytes, in two 32-bit lanes that take four bytes each and are mixed with each other after every eight: the
// step is a bijection, so texts that differ in one step only never collide. The scanner has the same arithmetic
// (src/wasm/hashes.ts); a test holds them together.

export const SEED_LOW = 0x2545f491
export const SEED_HIGH = 0x4f6cdd1d
export const MULTIPLIER_LOW = 0x85ebca6b | 0
export const MULTIPLIER_HIGH = 0xc2b2ae35 | 0

/** Turns the running lane into a hash: without it, texts that differ in the last word alone differ in few bits. */
export function finishLane(lane: number, length: number): number {
  let hash = lane ^ length
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return hash ^ (hash >>> 16)
}

export type TextHash = {readonly low: number; readonly high: number}

/** Hash of `bytes[start, end)`: little-endian words of four bytes, two a step, the last ones filled up with zeros. */
export function hashText(bytes: Uint8Array, start = 0, end = bytes.length): TextHash {
  let low = SEED_LOW
  let high = SEED_HIGH
  for (let at = start; at < end; at += 8) {
    low = Math.imul(low ^ wordAt(bytes, at, end), MULTIPLIER_LOW)
    high = Math.imul(high ^ wordAt(bytes, at + 4, end), MULTIPLIER_HIGH)
    low = (((low << 13) | (low >>> 19)) + high) | 0
    high = ((high << 17) | (high >>> 15)) ^ low
  }

  return {low: finishLane(low, end - start), high: finishLane(high, end - start)}
}

function wordAt(bytes: Uint8Array, at: number, end: number): number {
  let word = 0
  for (let index = Math.min(at + 4, end) - 1; index >= at; index--) word = (word << 8) | bytes[index]
  return word
}
