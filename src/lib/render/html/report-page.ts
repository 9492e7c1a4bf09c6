// The HTML report of one dump.
import type {MemoryNode} from '../../analysis/browse/memory-tree.js'
import type {RowPaths} from '../../analysis/browse/row-paths.js'
import type {AnalysisReport} from '../../analysis/report/report.js'
import type {Suspect} from '../../analysis/suspects/finding.js'
import type {Target} from '../../command-line.js'
import type {ShowString} from '../mask.js'
import {generationChart} from './generation-chart.js'
import {term} from './glossary.js'
import {type Html, html, json, visible} from './html.js'
import {memoryLine, pointsOf} from './memory-line.js'
import {LONGEST_LABEL, type MapLinks, mapLinks, memoryMap} from './memory-map.js'
import {memoryParts} from './memory-parts.js'
import {pageFill} from './page-fill.js'
import {pageText} from './page.js'
import {reportTables} from './report-tables.js'
import {summary} from './summary.js'
import {suspectCards} from './suspect-cards.js'

export type PageInput = {
  readonly report: AnalysisReport
  readonly tree: MemoryNode
  /** Paths for the rows of the report's tables; null: none. */
  readonly paths?: RowPaths | null
  /** `d41 · ⬢ shop web.1 · puma worker 0`, or a file name. */
  readonly title: string
  /** Flags that select the app or file that was dumped. */
  readonly origin?: Target
  /** How string contents are shown. */
  readonly showString: ShowString
  /** True if `showString` reveals string contents; the page then says so. */
  readonly showsValues: boolean
  readonly createdAt: Date
}

const MAP = 'map'

export function reportPage(input: PageInput): string {
  const {report, tree, paths = null, title, origin = [], showString, showsValues, createdAt} = input
  const links = mapLinks(MAP, tree)
  const tables = reportTables(report, showString, paths)
  return pageText({
    createdAt,
    data: paths && pathData(paths, links),
    hero: summary(report, title, origin),
    madeBy: 'heapdump:analyze --html',
    notes: [
      showsValues ? SHOWN : 'String contents are masked: only lengths, and hashes that show which are equal.',
      'The retained size of a class or an allocation site is that of all its objects together.',
    ],
    sections: [
      {content: suspectCards({links, suspects: report.suspects}), id: 'suspects', name: 'Suspects'},
      {
        content: memoryMap({
          hint: MAP_HINT,
          id: MAP,
          suspects: suspectAddresses(report.suspects),
          title: 'What holds the memory',
          tree,
        }),
        id: MAP,
        name: 'Map',
      },
      {content: line(report), id: 'history', name: 'History'},
      {content: memoryParts(report.process), id: 'memory', name: 'Memory'},
      {
        content: report.dump.traced ? generationChart(report.survivors) : null,
        id: 'generations',
        name: 'Generations',
      },
      {content: report.selection === null ? pageFill(report.pages) : null, id: 'pages', name: 'Pages'},
      ...TABLES.map(([id, name], at) => ({content: tables[at] ?? null, id, name})),
    ],
    title,
  })
}

export const MAP_HINT = html`A box is as wide as its ${term('retained size')}. Below it are the objects that it alone
  keeps alive (its ${term('dominator', 'dominator tree')}).<span class="js"> Click a box to zoom in, the top row to zoom
  out. The address of the page keeps the place.</span>`

const TABLES = [
  ['sites', 'Sites'],
  ['classes', 'Classes'],
  ['dominators', 'Dominators'],
  ['gems', 'Gems'],
  ['strings', 'Strings'],
] as const

const SHOWN = html`<b>This page contains strings from the app's memory.</b> Share it with care.`

function line({dump, history}: AnalysisReport): Html | null {
  if (history === null) return null
  const bootedMs = Date.parse(history.bootedAt)
  const points = pointsOf(bootedMs, history.points)
  const now = {
    bytes: dump.processBytes ?? points.at(-1)?.bytes ?? 0,
    timeMs: bootedMs + history.processSeconds * 1000,
  }
  const hint = 'Resident memory since the process started, as the agent recorded it.'
  return memoryLine(
    {dumps: [{...now, name: 'this dump'}], quotaBytes: history.quotaBytes, runs: [[...points, now]]},
    hint,
  )
}

/** Address → number of the first suspect (severity above low) with this object on its path. */
export function suspectAddresses(suspects: readonly Suspect[]): Map<string, number> {
  const addresses = new Map<string, number>()
  for (const [at, {path}] of suspects.filter(({severity}) => severity !== 'low').entries()) {
    for (const {address} of path) if (!addresses.has(address)) addresses.set(address, at + 1)
  }

  return addresses
}

/** `[above, reference, label, address, link into the map]` for each step. */
function pathData({steps}: RowPaths, links: MapLinks): Html {
  const rows = steps.map(({above, address, label, reference}) => [
    above,
    visible(reference ?? '', LONGEST_LABEL),
    visible(label, LONGEST_LABEL),
    address,
    links.get(address) ?? '',
  ])
  return html`<script type="application/json" id="paths">${json(rows)}</script>`
}
