// Round values for the grid of a chart.

/** Multiples of 1, 2 or 5 times a power of ten up to `largest`, about three. */
export function gridLines(largest: number): readonly number[] {
  const rough = largest / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(one => one >= rough) ?? rough
  return Array.from({length: Math.floor(largest / step)}, (_, at) => (at + 1) * step)
}
