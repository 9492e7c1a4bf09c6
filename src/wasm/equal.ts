// Compares two places in memory, sixteen bytes at a time; the last step overlaps the one before.

@inline
function differ(first: usize, second: usize): bool {
  return v128.any_true(v128.xor(v128.load(first), v128.load(second)))
}

/** Whether `length` bytes are equal. Reads up to eight bytes beyond both. */
@inline
export function areEqual(first: usize, second: usize, length: usize): bool {
  if (length >= 16) {
    const last = length - 16
    for (let at: usize = 0; at < last; at += 16) if (differ(first + at, second + at)) return false
    return !differ(first + last, second + last)
  }

  if (length >= 8) return load<u64>(first) == load<u64>(second) && load<u64>(first + length - 8) == load<u64>(second + length - 8)
  return ((load<u64>(first) ^ load<u64>(second)) & ((<u64>1 << (<u64>length << 3)) - 1)) == 0
}
