// A row of numbers as a row of blocks: `▁▃▅█`.
import type {HistoryReport} from '../analysis/history/judge-history.js'

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

/** The blocks stand for at least this part of the largest value, so that a level process looks level. */
const LEAST_SPAN = 0.2

/** A process's memory over its recorded time, at most `width` blocks: in each, the mean. */
export function sparklineOfMemory({points}: Pick<HistoryReport, 'points'>, width: number): string {
  return sparklineOfSizes(
    points.map(({rssBytes, seconds}) => ({at: seconds, value: rssBytes})),
    width,
  )
}

/** The same for sizes at any times, oldest first. */
export function sparklineOfSizes(samples: Parameters<typeof evenly>[0], width: number): string {
  const values = evenly(samples, width)
  const [least, most] = extremes(values)
  const [middle, half] = [(least + most) / 2, (most * LEAST_SPAN) / 2]
  return sparkline(values, [Math.min(least, middle - half), Math.max(most, middle + half)])
}

/** The means of equal stretches of time; one without samples repeats the one before. */
export function evenly(samples: ReadonlyArray<{readonly at: number; readonly value: number}>, width: number): number[] {
  const first = samples[0]?.at ?? 0
  const span = Math.max(1, (samples.at(-1)?.at ?? 0) - first)
  const count = Math.min(width, samples.length)
  const means: number[] = []
  for (let stretch = 0; stretch < count; stretch++) {
    const values = samples.filter(({at}) => Math.min(count - 1, Math.floor(((at - first) / span) * count)) === stretch)
    const sum = values.reduce((total, {value}) => total + value, 0)
    means.push(values.length === 0 ? (means.at(-1) ?? 0) : sum / values.length)
  }

  return means
}
