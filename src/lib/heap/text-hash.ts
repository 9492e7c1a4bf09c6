// The 64-bit hash of a text's bytes, as two 32-bit lanes that are mixed apart. The scanner has the same arithmetic inlined in its
// hot loop (dump/scanner.ts); a test holds them together.

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

/** Hash of `bytes[start, end)`: little-endian words of four bytes, the last one filled up with zeros. */
export function hashText(bytes: Uint8Array, start = 0, end = bytes.length): TextHash {
  let low = SEED_LOW
  let high = SEED_HIGH
  for (let at = start; at < end; at += 4) {
    let word = bytes[at]
    if (at + 1 < end) word |= bytes[at + 1] << 8
    if (at + 2 < end) word |= bytes[at + 2] << 16
    if (at + 3 < end) word |= bytes[at + 3] << 24
    low = Math.imul(low ^ word, MULTIPLIER_LOW)
    low = (low << 13) | (low >>> 19)
    high = Math.imul(high ^ word, MULTIPLIER_HIGH)
    high = (high << 17) | (high >>> 15)
  }

  return {low: finishLane(low, end - start), high: finishLane(high, end - start)}
}
