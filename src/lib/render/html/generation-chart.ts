// Live objects by generation, as bars. Objects from before tracing get a sentence, because their bar would dwarf all
// others.
import type {GenerationRow} from '../../analysis/tables/generations.js'
import {formatBytes, formatObjects} from '../../units.js'
import {extremes} from '../sparkline.js'
import {grid, HEIGHT, heightOf, round, WIDTH} from './chart.js'
import {term} from './glossary.js'
import {type Html, html} from './html.js'

const BARS = 120

type Bar = {readonly first: number; readonly last: number; readonly objects: number; readonly memsize: number}

/** The axis is time, so generations without survivors get an empty bar. */
function barsOf(rows: readonly GenerationRow[]): Bar[] {
  const traced = rows.filter((row): row is GenerationRow & {generation: number} => row.generation !== null)
  const [first, last] = extremes(traced.map(row => row.generation))
  const width = Math.ceil((last - first + 1) / BARS)
  return Array.from({length: Math.ceil((last - first + 1) / width)}, (_, at) => {
    const [from, to] = [first + at * width, Math.min(last, first + (at + 1) * width - 1)]
    const within = traced.filter(({generation}) => generation >= from && generation <= to)
    return {
      first: from,
      last: to,
      memsize: within.reduce((sum, row) => sum + row.memsize, 0),
      objects: within.reduce((sum, row) => sum + row.objects, 0),
    }
  })
}

export function generationChart(rows: readonly GenerationRow[]): Html | null {
  const bars = barsOf(rows)
  const [oldest] = bars
  const newest = bars.at(-1)
  if (oldest === undefined || newest === undefined || oldest === newest) return null
  const largest = Math.max(1, ...bars.map(bar => bar.memsize))
  const before = rows.find(row => row.generation === null)
  const y = (memsize: number) => heightOf(memsize, largest)
  const slot = WIDTH / bars.length
  const pad = slot > 6 ? 1 : slot * 0.1
  return html`
<section class="panel" id="generations">
  <header class="panel-head"><h2>Live objects by generation</h2>
    <p>Live memory by the ${term('generation')} in which it was allocated. A steady level across the middle suggests a
      leak; a peak at the right is work in progress.</p></header>
  <div class="chart">
    <div class="plot">
      ${grid(largest)}
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Memory by generation">
        ${bars.map((bar, at) => html`<g class="gen"><rect class="hit" x="${round(at * slot)}" y="0" width="${round(slot)}" height="${HEIGHT}"/><rect class="col" x="${round(at * slot + pad)}" y="${y(bar.memsize)}" width="${round(slot - 2 * pad)}" height="${round(HEIGHT - y(bar.memsize))}"/><title>${title(bar)}</title></g>`)}
      </svg>
    </div>
    <p class="axis"><span>GC ${oldest.first}</span><span>GC ${newest.last}, time of the dump</span></p>
  </div>
  ${before === undefined ? null : note(before)}
</section>`
}

function note({memsize, objects}: GenerationRow): Html {
  const size = `${formatBytes(memsize)} in ${formatObjects(objects)}`
  return html`<p class="note">Not in the chart: ${size} allocated before tracing began.</p>`
}

function title({first, last, memsize, objects}: Bar): string {
  return `GC ${first === last ? first : `${first}–${last}`}: ${formatBytes(memsize)}, ${formatObjects(objects)}`
}
