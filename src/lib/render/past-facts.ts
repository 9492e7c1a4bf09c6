// A process's history in a few lines: its age, its memory and its old objects from boot to the dump, and the verdict on
// them.
import {historyInWords} from '../analysis/history/history-in-words.js'
import type {HistoryReport} from '../analysis/history/judge-history.js'
import {formatBytes, formatCount, formatDuration} from '../units.js'
import {sparkline} from './sparkline.js'

/** Width of a sparkline. */
const WIDTH = 24

export function pastFacts(history: HistoryReport | null): Array<readonly [string, string]> {
  if (history === null) return []
  const {bootedAt, points, processSeconds} = history
  const sizes = points.map(({rssBytes}) => rssBytes)
  const old = points.flatMap(({oldObjects}) => (oldObjects === null ? [] : [oldObjects]))
  return [
    ['Started', `${bootedAt}, ${formatDuration(processSeconds)} before the dump`] as const,
    ...lineOf('Memory since', sizes, formatBytes),
    ...lineOf('Old objects', old, formatCount),
    ['History', historyInWords(history, null).join(' ')] as const,
  ].filter(([, text]) => text !== '')
}

function lineOf(
  name: string,
  values: readonly number[],
  format: (value: number) => string,
): Array<readonly [string, string]> {
  const [first, ...others] = values
  const last = others.at(-1)
  if (first === undefined || last === undefined) return []
  return [[name, `${format(first)} ${sparkline(thinned(values))} ${format(last)}`]]
}

/** At most WIDTH values, evenly spaced, including the last. */
function thinned(values: readonly number[]): readonly number[] {
  const count = Math.min(WIDTH, values.length)
  const taken = new Set(
    Array.from({length: count}, (_, at) => Math.round(((values.length - 1) * at) / Math.max(1, count - 1))),
  )
  return values.filter((_, at) => taken.has(at))
}
