// Stored dumps → their summaries, by reading them. One heap is in memory at a time.
import {type DumpSummary, summarize, type SummarizedDump} from '../analysis/compare/dump-summary.js'
import {type Analysis, openAnalysis} from '../analysis/session/open-analysis.js'
import type {AnalysisReport} from '../analysis/report/report.js'
import {naming} from '../analysis/session/compare-dumps.js'
import {UserError} from '../errors.js'
import type {OnProgress} from '../progress.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'
import {writeSummary} from '../store/summaries.js'
import {type NamedDump, storedDump} from './named-dump.js'

/** What a summary needs of the report. */
const REPORT = {aliveOnly: true, masked: true, paths: false, top: 1} as const

/** Of an open dump. `report`: of the whole dump. */
export async function summaryOf(
  dump: NamedDump,
  report: AnalysisReport,
  analysis: Pick<Analysis, 'ask'>,
): Promise<DumpSummary> {
  return summarize(factsOf(dump), report, await analysis.ask('amounts', {}))
}

/** Half a dump must not pass for a whole one. */
export function canBeSummarized({dump}: AnalysisReport): boolean {
  return !dump.truncated && !dump.partial && dump.gzipFault === null
}

export type MadeSummaries = {
  readonly summaries: readonly DumpSummary[]
  /** Why the others were not made, or not stored. */
  readonly problems: readonly string[]
}

/** Stores each one as soon as it is made, so that nothing is lost if this is interrupted. */
export async function makeSummaries(
  dumps: readonly StoredDump[],
  bucket: Bucket,
  onProgress: OnProgress,
): Promise<MadeSummaries> {
  const summaries: DumpSummary[] = []
  const problems: string[] = []
  for (const [at, stored] of dumps.entries()) {
    const onStep: OnProgress = step => onProgress({...step, phase: `${at + 1} of ${dumps.length}: ${step.phase}`})
    try {
      const summary = await summarizeDump(storedDump(stored, bucket), onStep)
      if (summary === null) {
        problems.push(`${stored.id} is cut short, or only a part of a heap: it gets no summary.`)
        continue
      }

      summaries.push(summary)
      await writeSummary(bucket.store, stored, summary)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      problems.push(error.message)
    }
  }

  return {problems, summaries}
}

/** null: the dump is incomplete. Throws UserErrors of reading, which name the dump. */
export async function summarizeDump(dump: NamedDump, onProgress: OnProgress): Promise<DumpSummary | null> {
  const analysis = await naming(dump, openAnalysis([dump], onProgress))
  try {
    const report = await analysis.ask('report', REPORT)
    return canBeSummarized(report) ? await summaryOf(dump, report, analysis) : null
  } finally {
    await analysis.close()
  }
}

function factsOf({facts, name, source, stored, processBytes}: NamedDump): SummarizedDump {
  const known = stored ?? facts
  return {
    bootedAt: known?.bootedAt ?? null,
    createdAt: known?.createdAt ?? null,
    dyno: known?.dyno ?? null,
    id: known?.id ?? name,
    key: known?.key ?? source,
    memoryBytes: known?.memoryBytes ?? processBytes ?? null,
    pid: known?.pid ?? null,
    process: known?.process ?? null,
    quotaBytes: known?.quotaBytes ?? null,
    release: known?.release ?? null,
  }
}
