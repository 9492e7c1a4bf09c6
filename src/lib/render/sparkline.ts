// A row of numbers as a row of blocks: `▁▃▅█`, from the least to the largest.
const LEVELS = '▁▂▃▄▅▆▇█'

export function sparkline(values: readonly number[]): string {
  const least = Math.min(...values)
  const span = Math.max(...values) - least
  return values.map(value => LEVELS[span === 0 ? 0 : Math.round(((value - least) / span) * (LEVELS.length - 1))]).join('')
}
