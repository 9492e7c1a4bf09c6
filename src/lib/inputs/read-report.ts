// A dump → its report, from the cache if possible, with the growth since the previous dump, which is not read.
import {join} from 'node:path'
import type {MemoryNode} from '../analysis/browse/memory-tree.js'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import {openAnalysis} from '../analysis/session/open-analysis.js'
import {sincePrevious} from '../analysis/report/since-previous.js'
import {analyzerVersion} from '../cache/analyzer-version.js'
import {withCachedReports} from '../cache/cached-analysis.js'
import {fileIdentity, storedIdentity} from '../cache/dump-identity.js'
import {ReportCache} from '../cache/report-cache.js'
import type {NamedDump} from './named-dump.js'
import type {OnProgress} from '../progress.js'

export type WantedReport = {
  readonly read: ReportOptions
  readonly map: {readonly depth: number; readonly nodes: number} | null
  readonly isWhole: boolean
}

export type ReadReport = {readonly report: AnalysisReport; /** null: not requested. */ readonly tree: MemoryNode | null}

export async function openReportCache(config: {readonly cacheDir: string}): Promise<ReportCache> {
  return new ReportCache(join(config.cacheDir, 'heapdump-reports'), await analyzerVersion())
}

export type Reading = {
  /** null: neither read nor write the cache. */
  readonly cache: ReportCache | null
  readonly onProgress: OnProgress
  /** Called when reading the dump starts. */
  readonly onOpen: () => void
}

export async function readReport(
  dump: NamedDump,
  {read, map, isWhole}: WantedReport,
  {cache, onOpen, onProgress}: Reading,
): Promise<ReadReport> {
  const open = () => {
    const opening = openAnalysis([dump], onProgress)
    onOpen()
    return opening
  }

  const analysis =
    cache === null ? await open() : await withCachedReports({cache, dump, identify: () => identify(dump)}, open)
  try {
    const report = await analysis.ask('report', read)
    const tree = map === null ? null : await analysis.ask('tree', map)
    return {report: {...report, sincePrevious: isWhole ? await compare(dump, report, cache) : null}, tree}
  } finally {
    await analysis.close()
  }
}

/** Compares with the previous dump without downloading it: its report may be cached, and its facts are in the list. */
async function compare(
  {previous, stored, target}: NamedDump,
  report: AnalysisReport,
  cache: ReportCache | null,
): Promise<AnalysisReport['sincePrevious']> {
  if (previous === null || stored === null) return null
  const identity = storedIdentity(previous, target)
  const options = {aliveOnly: true, masked: true, paths: false, top: 1}
  const earlier = cache === null || identity === null ? null : await cache.find(identity, options)
  return sincePrevious(previous, stored, report, earlier)
}

async function identify({bytes, stored, target}: NamedDump): Promise<string | null> {
  if (stored !== null) return storedIdentity(stored, target)
  return 'path' in bytes ? fileIdentity(bytes.path) : null
}
