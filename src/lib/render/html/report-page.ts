// A report as one self-contained HTML file: no network, no fonts, readable without JavaScript. Everything from the dump
// is escaped, and a content security policy allows no script but the page's own.
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import type {MemoryNode} from '../../analysis/browse/memory-tree.js'
import type {AnalysisReport} from '../../analysis/report/report.js'
import type {Target} from '../../command-line.js'
import {packageFile} from '../../package-file.js'
import type {ShowString} from '../mask.js'
import {generationChart} from './generation-chart.js'
import {glossary} from './glossary.js'
import {historyChart} from './history-chart.js'
import {html, raw} from './html.js'
import {memoryMap} from './memory-map.js'
import {memoryParts} from './memory-parts.js'
import {reportTables} from './report-tables.js'
import {summary} from './summary.js'
import {suspectCards} from './suspect-cards.js'

export type PageInput = {
  readonly report: AnalysisReport
  readonly tree: MemoryNode
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

const asset = (name: string): string => readFileSync(packageFile(`dist/assets/${name}`), 'utf8')

/** The whole document. */
export function reportPage({report, tree, title, origin = [], showString, showsValues, createdAt}: PageInput): string {
  const [style, script] = [asset('report.css'), asset('report.js')]
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const tables = reportTables(report, showString)
  const sections = [
    {id: 'suspects', name: 'Suspects', section: suspectCards(report.suspects)},
    {id: 'history', name: 'History', section: historyChart(report.history)},
    {id: 'map', name: 'Map', section: memoryMap(tree, suspectAddresses(report))},
    {id: 'memory', name: 'Memory', section: memoryParts(report.process)},
    {id: 'generations', name: 'Generations', section: report.dump.traced ? generationChart(report.survivors) : null},
    ...TABLES.map(([id, name], at) => ({id, name, section: tables[at] ?? null})),
  ].filter(({section}) => section !== null)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}: heap dump</title>
<style>${raw(style)}</style>
</head>
<body>
<div class="top"><div class="wide">
  <p class="brand">${raw(LOGO)}<b>heapdump</b></p>
  <nav>${sections.map(({id, name}) => html`<a href="#${id}">${name}</a>`)}</nav>
  <button type="button" class="theme js" aria-label="Switch between light and dark">${raw(MOON)}</button>
</div></div>
<main class="wide">
${summary(report, title, origin)}
${sections.map(({section}) => section)}
</main>
<footer class="wide">
  <p>${showsValues ? SHOWN : 'String contents are masked: only lengths, and hashes that show which are equal.'}</p>
  <p>The retained size of a class or an allocation site is that of all its objects together. Sizes are Ruby's memsize, in
    decimal units (1 MB = 10⁶ bytes). Made by heroku heapdump:analyze --html, ${createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.</p>
  ${glossary()}
</footer>
<script>${raw(script)}</script>
</body>
</html>
`.text
}

const TABLES = [
  ['sites', 'Allocation sites'],
  ['classes', 'Classes'],
  ['dominators', 'Dominators'],
  ['gems', 'Gems'],
  ['strings', 'Strings'],
] as const

const SHOWN = html`<b>This page contains strings from the app's memory.</b> Share it with care.`

const LOGO =
  '<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><rect x="1" y="1" width="18" height="5" rx="1.5"/><rect x="1" y="7.5" width="11" height="5" rx="1.5"/><rect x="1" y="14" width="6" height="5" rx="1.5"/></svg>'
const MOON =
  '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="M10 2a8 8 0 1 0 0 16z"/><circle cx="10" cy="10" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>'

/** Address → number of the first suspect (severity above low) with this object on its path. */
function suspectAddresses({suspects}: AnalysisReport): Map<string, number> {
  const addresses = new Map<string, number>()
  for (const [at, {path}] of suspects.filter(({severity}) => severity !== 'low').entries()) {
    for (const {address} of path) if (!addresses.has(address)) addresses.set(address, at + 1)
  }

  return addresses
}
