// Draws an analysis in the requested form: the first page, single sections, or Markdown.
import type {AnalysisReport} from '../analysis/report/report.js'
import type {SectionName} from '../analysis/report/sections.js'
import type {Target} from '../command-line.js'
import {printable} from '../printable.js'
import {type DumpOnCommandLine, nextAfter, nextAfterFirstPage} from './next-after.js'
import {drawScreen} from './screens.js'
import {readSourceBelow} from './source-lines.js'
import {terminalHeight, terminalWidth} from './terminal.js'

/** From this height on, the first page has a row to spare. */
const TALL = 36

type DrawnDump = DumpOnCommandLine & {
  readonly origin: Target
  readonly previous: {readonly id: string} | null
  readonly title: string
  readonly titleToShare: string
}

type Wanted = {
  readonly format: string
  readonly html?: string | undefined
  readonly section?: readonly SectionName[] | undefined
  readonly 'show-values': boolean
  /** Rows per table; undefined: as many as fit on the screen. */
  readonly top?: number | undefined
  readonly verbose: boolean
}

/** Printable text, plus colour codes. */
export async function drawAnalysis(report: AnalysisReport, dump: DrawnDump, wanted: Wanted): Promise<string> {
  const {format, section} = wanted
  if (format === 'markdown') return drawMarkdown(report, dump, wanted['show-values'])
  const sections = [...new Set(section)]
  const last = sections.at(-1)
  if (last === undefined) return drawFirstPage(report, dump, wanted)
  const next = nextAfter(last, dump, report)
  return drawScreen('SectionScreen', {next, origin: dump.origin, report, sections, title: dump.title})
}

async function drawMarkdown(report: AnalysisReport, dump: DrawnDump, showsValues: boolean): Promise<string> {
  const [{markdownReport}, {stringsOf}] = await Promise.all([import('./markdown.js'), import('./mask.js')])
  const text = markdownReport({
    origin: dump.origin,
    report,
    showString: stringsOf(report, showsValues),
    title: dump.titleToShare,
    top: 0,
  })
  return text.split('\n').map(printable).join('\n')
}

/** Fits the page to the terminal. Does not suggest --html if a report is being written anyway. */
async function drawFirstPage(report: AnalysisReport, dump: DrawnDump, {html, top, verbose}: Wanted): Promise<string> {
  const [{renderToFit}, {createElement}, {Analysis}, {DENSITIES, densityOfRows}, {linkPaths}] = await Promise.all([
    import('./ink/render-screen.js'),
    import('react'),
    import('./ink/Analysis.js'),
    import('./ink/FirstPage.js'),
    import('./hyperlinks.js'),
  ])
  const width = terminalWidth()
  const height = verbose ? null : terminalHeight()
  const room = html === undefined && (height === null || height >= TALL)
  const next = nextAfterFirstPage(report, dump, {previous: dump.previous?.id ?? null, room, verbose})
  const densities = verbose ? DENSITIES.slice(0, 1) : top === undefined ? DENSITIES : [densityOfRows(top)]
  const folder = process.cwd()
  const source = readSourceBelow(folder)
  const screens = densities.map(density =>
    createElement(Analysis, {density, next, origin: dump.origin, report, source, title: dump.title, verbose, width}),
  )
  return linkPaths(renderToFit(screens, width, height), {folder, stream: process.stdout})
}
