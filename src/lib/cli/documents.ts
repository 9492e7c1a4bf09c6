// The documents of heapdump:analyze --json and heapdump:diff --json: reports, with what is known of their dumps, and
// the verdict that the screen begins with.
import {verdictOfGrowth} from '../analysis/compare/compared-verdict.js'
import type {GrowthReport} from '../analysis/compare/growth.js'
import {warningsOfCompared} from '../analysis/report/incomplete.js'
import type {AnalysisReport, DumpFacts} from '../analysis/report/report.js'
import {type Verdict, verdictOf} from '../analysis/report/verdict.js'
import type {DumpOfDiff, PreparedDiff} from '../inputs/dumps-of-diff.js'
import type {NamedDump} from '../inputs/named-dump.js'

export type AnalysisDocument = Omit<AnalysisReport, 'dump'> & {
  readonly verdict: Verdict
  /** Which dump it is; null for what is not known of a file. */
  readonly dump: DumpFacts & {readonly id: string | null; readonly createdAt: string | null}
}

export function analysisDocument(
  report: AnalysisReport,
  {facts, stored}: Pick<NamedDump, 'facts' | 'stored'>,
): AnalysisDocument {
  const {createdAt = null, id = null} = stored ?? facts ?? {}
  return {...report, dump: {...report.dump, createdAt, id}, verdict: verdictOf(report)}
}

export type DiffDocument = Omit<GrowthReport, 'dumps'> & {
  readonly dumps: ReadonlyArray<GrowthReport['dumps'][number] & DumpOfDiff>
  /** From the first dump to the last; null if a time is unknown. */
  readonly hours: number | null
  readonly verdict: Verdict
  readonly warnings: readonly string[]
}

export function diffDocument(report: GrowthReport, {dumps, hours, warnings}: PreparedDiff): DiffDocument {
  const compared = dumps.flatMap((known, at) => report.dumps.slice(at, at + 1).map(dump => ({...dump, ...known})))
  return {
    ...report,
    dumps: compared,
    hours: hours.includes(null) ? null : hours.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    verdict: verdictOfGrowth(report),
    warnings: [...warnings, ...warningsOfCompared(compared)],
  }
}
