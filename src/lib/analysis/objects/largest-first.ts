/**
 * Sorts indexes by `sizes`, largest first, ties in the given order. Made for millions: sorts numbers that combine size
 * and position, which typed arrays sort ten times as fast as with a function. Needs 16 bytes per index while it runs.
 */
export function largestFirst(indexes: Int32Array, sizes: ArrayLike<number>): Int32Array {
  const count = indexes.length
  let largest = 0
  for (const index of indexes) largest = Math.max(largest, sizes[index])
  // If both do not fit into 53 bits, sizes are compared less precisely.
  const unit = Math.max(1, (largest * count) / 2 ** 52)
  const keys = new Float64Array(count)
  for (let at = 0; at < count; at++) keys[at] = at - Math.floor(sizes[indexes[at]] / unit) * count
  keys.sort()
  const sorted = new Int32Array(count)
  for (let at = 0; at < count; at++) {
    const place = keys[at] % count
    sorted[at] = indexes[place < 0 ? place + count : place]
  }

  return sorted
}
