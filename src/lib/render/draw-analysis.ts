// An analysis as a person asked to see it: the first page, a section by itself, or Markdown.
import type {AnalysisReport} from '../analysis/report/report.js'
import type {SectionName} from '../analysis/report/sections.js'
import {printable} from '../printable.js'
import {type DumpOnCommandLine, nextAfter, nextAfterFirstPage} from './next-after.js'
import {drawScreen} from './screens.js'
import {type DumpTitle, sharedTitle} from './shared-title.js'
import {terminalHeight, terminalWidth} from './terminal.js'

/** Rows of a terminal that has some to spare. */
const TALL = 36

type DrawnDump = DumpOnCommandLine & DumpTitle & {readonly previous: {readonly id: string} | null}

type Wanted = {
  readonly format: string
  readonly html?: string | undefined
  readonly section?: readonly SectionName[] | undefined
  readonly 'show-values': boolean
  /** Rows of each table; undefined: as many as the screen has room for. */
  readonly top?: number | undefined
  readonly verbose: boolean
}

/** Printable, but for its colours. */
export async function drawAnalysis(report: AnalysisReport, dump: DrawnDump, wanted: Wanted): Promise<string> {
  const {format, section} = wanted
  if (format === 'markdown') return drawMarkdown(report, dump, wanted['show-values'])
  const sections = [...new Set(section)]
  const last = sections.at(-1)
  if (last === undefined) return drawFirstPage(report, dump, wanted)
  const next = nextAfter(last, dump, report)
  return drawScreen('SectionScreen', {next, report, sections, title: dump.title})
}

async function drawMarkdown(report: AnalysisReport, dump: DumpTitle, showsValues: boolean): Promise<string> {
  const [{markdownReport}, {textsOf}] = await Promise.all([import('./markdown.js'), import('./mask.js')])
  const text = markdownReport({report, showText: textsOf(report, showsValues), title: sharedTitle(dump), top: 0})
  return text.split('\n').map(printable).join('\n')
}

/** As much of it as the terminal has room for. A file that is written as well is not proposed. */
async function drawFirstPage(report: AnalysisReport, dump: DrawnDump, {html, top, verbose}: Wanted): Promise<string> {
  const [{renderToFit}, {createElement}, {Analysis}, {DENSITIES, densityOfRows}] = await Promise.all([
    import('./ink/render-screen.js'),
    import('react'),
    import('./ink/Analysis.js'),
    import('./ink/FirstPage.js'),
  ])
  const width = terminalWidth()
  const height = verbose ? null : terminalHeight()
  const room = html === undefined && (height === null || height >= TALL)
  const next = nextAfterFirstPage(report, dump, {previous: dump.previous?.id ?? null, room, verbose})
  const densities = verbose ? DENSITIES.slice(0, 1) : top === undefined ? DENSITIES : [densityOfRows(top)]
  const screens = densities.map(density =>
    createElement(Analysis, {density, next, report, title: dump.title, verbose, width}),
  )
  return renderToFit(screens, width, height)
}
