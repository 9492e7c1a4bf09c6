/** Of at least one value. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Standard deviation by the median absolute deviation, which a few outliers do not change. */
export function spreadOf(values: readonly number[]): number {
  const middle = medianOf(values)
  return 1.4826 * medianOf(values.map(value => Math.abs(value - middle)))
}
