// A process's history in a few lines: its age, its memory and its old objects from boot to the dump, and the verdict on
// them.
import {historyInWords} from '../analysis/history/history-in-words.js'
import type {HistoryReport} from '../analysis/history/judge-history.js'
import {formatBytes, formatCount, formatDuration} from '../units.js'
import {evenly, sparkline} from './sparkline.js'

/** Width of a sparkline. */
const WIDTH = 24

export function pastFacts(history: HistoryReport | null): Array<readonly [string, string]> {
  if (history === null) return []
  const {bootedAt, points, processSeconds} = history
  const sizes = points.map(({rssBytes, seconds}) => ({at: seconds, value: rssBytes}))
  const old = points.flatMap(({oldObjects, seconds}) => (oldObjects === null ? [] : [{at: seconds, value: oldObjects}]))
  return [
    ['Started', `${bootedAt}, ${formatDuration(processSeconds)} before the dump`] as const,
    ...lineOf('Memory since', sizes, formatBytes),
    ...lineOf('Old objects', old, formatCount),
    ['History', historyInWords(history, null).join(' ')] as const,
  ].filter(([, text]) => text !== '')
}

function lineOf(
  name: string,
  samples: ReadonlyArray<{readonly at: number; readonly value: number}>,
  format: (value: number) => string,
): Array<readonly [string, string]> {
  const [first, ...others] = samples
  const last = others.at(-1)
  if (first === undefined || last === undefined) return []
  return [[name, `${format(first.value)} ${sparkline(evenly(samples, WIDTH))} ${format(last.value)}`]]
}
