// A process's memory over time, as a line with a mark for each dump.
import type {HistoryReport} from '../../analysis/history/judge-history.js'
import {formatBytes, formatQuota, formatTime} from '../../units.js'
import {extremes} from '../sparkline.js'
import {grid, heightOf, percentFromBottom, round, WIDTH} from './chart.js'
import {type Content, type Html, html} from './html.js'

export type MemoryAt = {readonly timeMs: number; readonly bytes: number}

export type MemoryLine = {
  /** One line for each run of the process, oldest point first. */
  readonly runs: ReadonlyArray<readonly MemoryAt[]>
  readonly dumps: ReadonlyArray<MemoryAt & {readonly name: string}>
  /** The dyno's limit; null: unknown. */
  readonly quotaBytes?: number | null
}

/** A limit above this many times the highest point would flatten the line, so it is left out. */
const FAR = 2
/** Names of more dumps would cover each other. */
const MOST_NAMES = 8

export function memoryLine({runs, dumps, quotaBytes = null}: MemoryLine, hint: Content): Html | null {
  const points = [...runs.flat(), ...dumps]
  const [start, end] = extremes(points.map(({timeMs}) => timeMs))
  if (points.length < 2 || start === end) return null
  const highest = Math.max(1, ...points.map(({bytes}) => bytes))
  const limit = quotaBytes !== null && quotaBytes <= highest * FAR ? quotaBytes : null
  const top = Math.max(highest, limit ?? 0)
  const x = (timeMs: number) => (timeMs - start) / (end - start)
  const ordered = points.toSorted((a, b) => a.timeMs - b.timeMs)
  const [first, last] = [ordered[0]?.bytes ?? 0, ordered.at(-1)?.bytes ?? 0]
  const words = `Process memory from ${formatBytes(first)} at ${formatTime(start)} to ${formatBytes(last)} at ${formatTime(end)}`
  return html`
<section class="panel" id="history">
  <header class="panel-head"><h2>Process memory over time</h2><p>${hint}</p></header>
  <div class="chart">
    <div class="plot line-plot">
      ${grid(top)}
      ${limit === null ? null : html`<span class="limit" style="bottom:${percentFromBottom(limit, top)}%"><b>${formatQuota(limit)} quota</b></span>`}
      <svg viewBox="0 0 ${WIDTH} 200" preserveAspectRatio="none" role="img" aria-label="${words}">${runs
        .filter(run => run.length > 1)
        .map(
          run =>
            html`<polyline points="${run.map(({timeMs, bytes}) => html`${round(x(timeMs) * WIDTH)},${heightOf(bytes, top)} `)}"/>`,
        )}</svg>
      ${dumps.map(({bytes, name, timeMs}) => html`<span class="mark${x(timeMs) > 0.9 ? ' at-end' : ''}" style="left:${round(x(timeMs) * 100)}%;bottom:${percentFromBottom(bytes, top)}%" title="${name}: ${formatBytes(bytes)}, ${formatTime(timeMs)}">${dumps.length > MOST_NAMES ? null : html`<b>${name}</b>`}</span>`)}
    </div>
    <p class="axis"><span>${formatTime(start)}</span><span>${formatTime(end)}</span></p>
  </div>
</section>`
}

/** The points that the agent recorded since the process started. */
export function pointsOf(bootedMs: number, points: HistoryReport['points']): MemoryAt[] {
  return points.map(({rssBytes, seconds}) => ({bytes: rssBytes, timeMs: bootedMs + seconds * 1000}))
}
