// The first page of an analysis, as much of it as the terminal has room for.
import type {AnalysisReport} from '../analysis/report/report.js'
import {type DumpOnCommandLine, nextAfterFirstPage} from './next-after.js'
import {terminalHeight, terminalWidth} from './terminal.js'

/** Rows of a terminal that has some to spare. */
const TALL = 36

export type FirstPageOptions = {
  readonly report: AnalysisReport
  readonly dump: DumpOnCommandLine & {readonly title: string; readonly previous: {readonly id: string} | null}
  readonly verbose: boolean
  /** A file to share is written as well, and is not proposed. */
  readonly shared: boolean
}

export async function drawFirstPage({report, dump, verbose, shared}: FirstPageOptions): Promise<string> {
  const [{renderToFit}, {createElement}, {Analysis}, {DENSITIES}] = await Promise.all([
    import('./ink/render-screen.js'),
    import('react'),
    import('./ink/Analysis.js'),
    import('./ink/FirstPage.js'),
  ])
  const width = terminalWidth()
  const height = verbose ? null : terminalHeight()
  const room = !shared && (height === null || height >= TALL)
  const next = nextAfterFirstPage(report, dump, {previous: dump.previous?.id ?? null, room, verbose})
  const screens = (verbose ? DENSITIES.slice(0, 1) : DENSITIES).map(density =>
    createElement(Analysis, {density, next, report, title: dump.title, verbose, width}),
  )
  return renderToFit(screens, width, height)
}
