/**
 * Indexes by what `sizes` says of each, largest first, ties in the order given. Millions at once: as numbers that hold size and place
 * together, which typed arrays sort ten times as fast as with a function. 16 bytes an index while it runs.
 */
export function largestFirst(indexes: Int32Array, sizes: ArrayLike<number>): Int32Array {
  const count = indexes.length
  let largest = 0
  for (const index of indexes) largest = Math.max(largest, sizes[index])
  // What does not fit into 53 bits together is compared more coarsely.
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
