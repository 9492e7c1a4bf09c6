// A dump → its report, from the cache if possible, with the growth since the previous dump, which is not read.
import type {MemoryNode} from '../analysis/browse/memory-tree.js'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import {sincePrevious} from '../analysis/report/since-previous.js'
import type {Caches} from '../cache/cached-analysis.js'
import {storedIdentity} from '../cache/dump-identity.js'
import type {NamedDump} from './named-dump.js'
import {keepAndClose, openCached, type Reading} from './open-cached.js'

export type WantedReport = {
  readonly read: ReportOptions
  readonly map: {readonly depth: number; readonly nodes: number} | null
  readonly isWhole: boolean
}

export type ReadReport = {
  readonly report: AnalysisReport
  /** null: not requested. */
  readonly tree: MemoryNode | null
  /** As of `keepAndClose`. */
  readonly kept: Promise<void>
}

export async function readReport(
  dump: NamedDump,
  {read, map, isWhole}: WantedReport,
  reading: Reading,
): Promise<ReadReport> {
  const analysis = await openCached(dump, reading)
  try {
    const report = await analysis.ask('report', read)
    const tree = map === null ? null : await analysis.ask('tree', map)
    const previous = isWhole ? await compare(dump, report, reading.caches) : null
    return {kept: keepAndClose(analysis), report: {...report, sincePrevious: previous}, tree}
  } catch (error) {
    await keepAndClose(analysis)
    throw error
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
