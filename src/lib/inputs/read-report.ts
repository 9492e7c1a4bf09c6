// A dump → its report, from the cache if possible, with the growth since the previous dump, which is not read.
import type {MemoryNode, TreeOptions} from '../analysis/browse/memory-tree.js'
import type {RowPaths, RowPathsQuery} from '../analysis/browse/row-paths.js'
import type {DumpSummary} from '../analysis/compare/dump-summary.js'
import {cutReport} from '../analysis/report/cut-report.js'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import {sincePrevious} from '../analysis/report/since-previous.js'
import type {Caches} from '../cache/cached-analysis.js'
import {storedIdentity} from '../cache/dump-identity.js'
import type {NamedDump} from './named-dump.js'
import {keepAndClose, openCached, type Reading} from './open-cached.js'
import {canBeSummarized, summaryOf} from './summarize-dump.js'

export type WantedReport = {
  readonly read: ReportOptions
  /** The memory map of an HTML report, and rows of its tables; null: no such report. */
  readonly page: {readonly map: TreeOptions; readonly rows: number} | null
  readonly isWhole: boolean
  /** Whether it is all of the report. */
  readonly isFull: boolean
}

export type ReadReport = {
  readonly report: AnalysisReport
  /** What an HTML report draws besides; null: not requested. */
  readonly drawn: {readonly paths: RowPaths; readonly tree: MemoryNode} | null
  /** As of `keepAndClose`. */
  readonly kept: Promise<void>
  /** Comes later than the report. null: not wanted, the dump was not opened, or it is incomplete. Never rejects. */
  readonly summary: Promise<DumpSummary | null>
}

/** `summarizes`: whether to summarize a stored dump that is opened. */
export async function readReport(
  dump: NamedDump,
  {read, page, isFull, isWhole}: WantedReport,
  {summarizes, ...reading}: Reading & {readonly summarizes: boolean},
): Promise<ReadReport> {
  let opened: 'dump' | 'kept heap' | null = null
  const onOpen = (what: 'dump' | 'kept heap') => {
    opened = what
    reading.onOpen?.(what)
  }
  const analysis = await openCached(dump, {...reading, onOpen})
  try {
    const report = await analysis.ask('report', read)
    const drawn = page && {
      paths: await analysis.ask('paths', rowsOf(cutReport(report, page.rows))),
      tree: await analysis.ask('tree', page.map),
    }
    const previous = isWhole ? await compare(dump, report, reading.caches) : null
    // A question about a kept heap comes after the analysis that made the summary, and should be answered soon.
    const isDue = opened === 'dump' || (opened === 'kept heap' && isFull)
    const isSummarized = summarizes && isDue && dump.stored !== null && canBeSummarized(report)
    // The worker makes it while the report is drawn.
    const summary = isSummarized ? summaryOf(dump, report, analysis).catch(() => null) : Promise.resolve(null)
    const kept = summary.then(() => keepAndClose(analysis))
    return {drawn, kept, report: {...report, sincePrevious: previous}, summary}
  } catch (error) {
    await keepAndClose(analysis)
    throw error
  }
}

/** The rows that open their path to root. */
function rowsOf({allocationSites, classes, dominators}: AnalysisReport): RowPathsQuery {
  return {
    addresses: dominators.map(({address}) => address),
    classes: classes.map(({name}) => name),
    sites: allocationSites.map(({file, line}) => ({file, line})),
  }
}

/** Compares with the previous dump without downloading it: its report may be cached, and its facts are in the list. */
async function compare(
  {previous, stored, target}: NamedDump,
  report: AnalysisReport,
  caches: Caches | null,
): Promise<AnalysisReport['sincePrevious']> {
  if (previous === null || stored === null) return null
  const identity = storedIdentity(previous, target)
  const options = {aliveOnly: true, masked: true, paths: false, top: 1}
  const earlier = caches === null || identity === null ? null : await caches.reports.find(identity, options)
  return sincePrevious(previous, stored, report, earlier)
}
