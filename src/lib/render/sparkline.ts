// A row of numbers as a row of blocks: `▁▃▅█`.
const LEVELS = '▁▂▃▄▅▆▇█'

/** [least, most]. Not Math.min(...values): a call takes a limited number of arguments. */
export function extremes(values: readonly number[]): readonly [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  )
}

/** The lowest block stands for `least`, the highest for `most`; by default the extremes of the values. */
export function sparkline(values: readonly number[], [least, most] = extremes(values)): string {
  const span = most - least
  return values
    .map(value => LEVELS[span === 0 ? 0 : Math.round(((value - least) / span) * (LEVELS.length - 1))])
    .join('')
}

/** Amounts on a scale from zero. Neighbours are summed so that there are at most `width` blocks. */
export function sparklineOfAmounts(amounts: readonly number[], width: number): string {
  const perBlock = Math.max(1, Math.ceil(amounts.length / Math.max(1, width)))
  const sums: number[] = []
  for (let start = 0; start < amounts.length; start += perBlock)
    sums.push(amounts.slice(start, start + perBlock).reduce((sum, amount) => sum + amount, 0))
  return sparkline(sums, [0, Math.max(1, ...sums)])
}
