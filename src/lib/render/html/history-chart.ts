// The memory of the process from its start to the dump, as a line, and the dyno's limit.
import {historyInWords} from '../../analysis/history/history-in-words.js'
import type {AnalysisReport} from '../../analysis/report/report.js'
import {formatBytes, formatDuration, formatQuota} from '../../units.js'
import {gridLines} from './grid-lines.js'
import {type Html, html} from './html.js'

const WIDTH = 1000
const HEIGHT = 200
/** The limit is in the chart if memory has reached this part of it; below, it would flatten the line. */
const NEAR = 0.4

/** null: fewer than two points. */
export function historyChart(history: AnalysisReport['history']): Html | null {
  const points = history?.points ?? []
  const [first] = points
  const last = points.at(-1)
  if (history === null || first === undefined || last === undefined || first === last) return null
  const {nativeBytes, processSeconds, quotaBytes} = history
  const most = points.reduce((largest, {rssBytes}) => Math.max(largest, rssBytes), 0)
  const limit = quotaBytes !== null && most >= quotaBytes * NEAR ? quotaBytes : null
  const top = Math.max(most, limit ?? 0) * 1.08
  const x = (seconds: number) => round((seconds / Math.max(1, processSeconds)) * WIDTH)
  const y = (bytes: number) => round(HEIGHT - (bytes / top) * HEIGHT)
  const line = points.map(({rssBytes, seconds}) => `${x(seconds)},${y(rssBytes)}`).join(' ')
  const area = `${x(first.seconds)},${HEIGHT} ${line} ${x(last.seconds)},${HEIGHT}`
  return html`
<section class="panel" id="history">
  <header class="panel-head"><h2>Memory of the process</h2>
    <p>${historyInWords(history, nativeBytes).join(' ')}</p></header>
  <div class="chart">
    <div class="plot">
      ${gridLines(top).map(value => html`<span class="grid" style="bottom:${(value / top) * 100}%"><b>${formatBytes(value)}</b></span>`)}
      ${limit === null ? null : html`<span class="limit" style="bottom:${(limit / top) * 100}%"><b>limit ${formatQuota(limit)}</b></span>`}
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Resident memory from the start of the process to the dump: ${formatBytes(first.rssBytes)} to ${formatBytes(last.rssBytes)}">
        <polygon class="memory-area" points="${area}"/><polyline class="memory-line" points="${line}"/>
      </svg>
    </div>
    <p class="axis"><span>start</span><span>the dump, ${formatDuration(processSeconds)} later</span></p>
  </div>
</section>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
