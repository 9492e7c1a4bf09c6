// The hash of a text, as lib/heap/text-hash.ts has it, which says why. A test holds the two together.

const MULTIPLIER_LOW: u32 = 0x85ebca6b
const MULTIPLIER_HIGH: u32 = 0xc2b2ae35

@inline
function finishLane(lane: u32, length: u32): u32 {
  let hash = lane ^ length
  hash = (hash ^ (hash >> 16)) * 0x7feb352d
  hash = (hash ^ (hash >> 15)) * 0x846ca68b
  return hash ^ (hash >> 16)
}

/** Low lane in the lower half. Reads up to seven bytes after the text. */
export function hashText(start: usize, end: usize): u64 {
  let low: u32 = 0x2545f491
  let high: u32 = 0x4f6cdd1d
  let at = start
  while (at < end) {
    let word = load<u64>(at)
    const rest = end - at
    if (rest < 8) word &= (<u64>1 << (<u64>rest << 3)) - 1
    low = (low ^ <u32>word) * MULTIPLIER_LOW
    high = (high ^ <u32>(word >> 32)) * MULTIPLIER_HIGH
    low = rotl(low, 13) + high
    high = rotl(high, 17) ^ low
    at += 8
  }

  const length = <u32>(end - start)
  return <u64>finishLane(low, length) | (<u64>finishLane(high, length) << 32)
}
