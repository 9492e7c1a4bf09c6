// Numbers as a line of small bars, neighbours summed when there are more than fit.

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** At most `width` characters; a zero is the lowest bar. */
export function sparkline(values: readonly number[], width: number): string {
  const perBar = Math.max(1, Math.ceil(values.length / Math.max(1, width)))
  const sums: number[] = []
  for (let start = 0; start < values.length; start += perBar)
    sums.push(values.slice(start, start + perBar).reduce((sum, value) => sum + value, 0))
  const largest = Math.max(1, ...sums)
  return sums.map(sum => BARS[Math.min(BARS.length - 1, Math.floor((sum / largest) * (BARS.length - 0.01)))]).join('')
}
