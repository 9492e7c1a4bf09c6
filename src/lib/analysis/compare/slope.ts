/** The slope of the best-fitting line (least squares); 0 if all `xs` are equal. */
export function slope(xs: readonly number[], ys: readonly number[]): number {
  const meanX = mean(xs)
  const meanY = mean(ys)
  let over = 0
  let under = 0
  for (let at = 0; at < xs.length; at++) {
    over += (xs[at] - meanX) * (ys[at] - meanY)
    under += (xs[at] - meanX) ** 2
  }

  return under === 0 ? 0 : over / under
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
