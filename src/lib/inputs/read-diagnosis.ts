// Two dumps of a process → what grew between them, and the analysis of the second one, which is read only once.
import type {DumpSummary} from '../analysis/compare/dump-summary.js'
import type {GrowthReport} from '../analysis/compare/growth.js'
import type {AnalysisReport} from '../analysis/report/report.js'
import {naming} from '../analysis/session/compare-dumps.js'
import {askOnce, openAnalysis} from '../analysis/session/open-analysis.js'
import type {OnProgress} from '../progress.js'
import {prepareDiff} from './dumps-of-diff.js'
import type {NamedDump} from './named-dump.js'
import {canBeSummarized, summaryOf} from './summarize-dump.js'

/** Of live objects, without the app's strings. */
const REPORT = {aliveOnly: true, masked: true, paths: false, top: 10} as const

export type ReadDumps = {
  /** With all rows; null: there is only one dump. */
  readonly growth: GrowthReport | null
  /** Of the last dump. */
  readonly report: AnalysisReport
  /** The same; null: it is incomplete. */
  readonly summary: DumpSummary | null
  /** Between the dumps; null: unknown, or there is only one. */
  readonly seconds: number | null
  readonly warnings: readonly string[]
}

const HOUR = 3600

/** `dumps`: one or two, oldest first. Throws the UserErrors of reading them, and of comparing them. */
export async function readDumps(
  [first, second]: readonly [NamedDump, NamedDump?],
  onProgress: OnProgress,
): Promise<ReadDumps> {
  if (second === undefined) return {...(await readLast(first, null, onProgress)), seconds: null, warnings: []}
  const step =
    (at: number): OnProgress =>
    progress =>
      onProgress({...progress, phase: `${at} of 2: ${progress.phase}`})
  const {hours, movement, warnings} = await prepareDiff([first, second])
  const snapshot = await naming(first, askOnce(first, 'snapshot', {}, step(1)))
  const options = {earlier: [snapshot], hours: movement === 'other-process' ? [null] : hours, movement, top: 0}
  const [between = null] = hours
  return {
    ...(await readLast(second, options, step(2))),
    seconds: between === null ? null : Math.round(between * HOUR),
    warnings,
  }
}

async function readLast(
  dump: NamedDump,
  comparison: Parameters<typeof askGrowth>[1] | null,
  onProgress: OnProgress,
): Promise<Pick<ReadDumps, 'growth' | 'report' | 'summary'>> {
  const analysis = await naming(dump, openAnalysis([{...dump, keepsHashes: comparison !== null}], onProgress))
  try {
    const growth = comparison === null ? null : await naming(dump, askGrowth(analysis, comparison))
    const report = await analysis.ask('report', REPORT)
    const summary = canBeSummarized(report) ? await summaryOf(dump, report, analysis) : null
    return {growth, report, summary}
  } finally {
    await analysis.close()
  }
}

type Opened = Awaited<ReturnType<typeof openAnalysis>>

function askGrowth(analysis: Opened, options: Parameters<typeof analysis.ask<'growth'>>[1]): Promise<GrowthReport> {
  return analysis.ask('growth', options)
}
