// A row of numbers as a row of blocks: `▁▃▅█`, from the least to the largest.
const LEVELS = '▁▂▃▄▅▆▇█'

/** [least, most], of as many as there are: a call takes only so many arguments. */
export function extremes(values: readonly number[]): readonly [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  )
}

export function sparkline(values: readonly number[]): string {
  const [least, most] = extremes(values)
  const span = most - least
  return values
    .map(value => LEVELS[span === 0 ? 0 : Math.round(((value - least) / span) * (LEVELS.length - 1))])
    .join('')
}
