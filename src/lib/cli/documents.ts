// The documents of heapdump:analyze, diff and explain --json: reports, with what is known of their dumps, and
// the verdict that the screen begins with.
import {verdictOfGrowth} from '../analysis/compare/compared-verdict.js'
import type {DynoLimit} from '../analysis/compare/forecast.js'
import type {GrowthReport} from '../analysis/compare/growth.js'
import {type Explained, type Explanation} from '../analysis/explain/explain.js'
import {verdictOfExplanation} from '../analysis/explain/explained-verdict.js'
import {warningsOfCompared} from '../analysis/report/incomplete.js'
import type {AnalysisReport, DumpFacts} from '../analysis/report/report.js'
import {answersOf} from '../analysis/report/section-answers.js'
import type {SectionName} from '../analysis/report/sections.js'
import {type Verdict, verdictOf} from '../analysis/report/verdict.js'
import type {DumpOfDiff, PreparedDiff} from '../inputs/dumps-of-diff.js'
import type {NamedDump} from '../inputs/named-dump.js'

/** Which dump it is; null for what is not known of a file. */
type IdentifiedDump = DumpFacts & {readonly id: string | null; readonly createdAt: string | null}

export type AnalysisDocument = Omit<AnalysisReport, 'dump'> & {
  readonly verdict: Verdict
  /** What each section of the screen says first; null: nothing. */
  readonly answers: Readonly<Record<SectionName, string | null>>
  readonly dump: IdentifiedDump
}

export function analysisDocument(report: AnalysisReport, dump: Known): AnalysisDocument {
  return {...report, answers: answersOf(report), dump: identified(report.dump, dump), verdict: verdictOf(report)}
}

export type ExplanationDocument = {
  readonly dump: IdentifiedDump
  /** Sentences: why it is alive, what removing it frees, where its memory accumulates. */
  readonly verdict: readonly string[]
} & Explained

export function explanationDocument(explanation: Explanation, dump: Known): ExplanationDocument {
  return {...explanation, dump: identified(explanation.dump, dump), verdict: verdictOfExplanation(explanation)}
}

type Known = Pick<NamedDump, 'facts' | 'stored'>

function identified(dump: DumpFacts, {facts, stored}: Known): IdentifiedDump {
  const {createdAt = null, id = null} = stored ?? facts ?? {}
  return {...dump, createdAt, id}
}

export type DiffDocument = Omit<GrowthReport, 'dumps'> & {
  readonly dumps: ReadonlyArray<GrowthReport['dumps'][number] & DumpOfDiff>
  /** From the first dump to the last; null if a time is unknown. */
  readonly hours: number | null
  /** Memory limit of the dyno and memory of all its processes, at the last dump; null: not recorded. */
  readonly limit: DynoLimit | null
  readonly verdict: Verdict
  readonly warnings: readonly string[]
}

/** `limit`: of the dyno, at the last dump. */
export function diffDocument(
  report: GrowthReport,
  {dumps, hours: steps, warnings}: PreparedDiff,
  limit: DynoLimit | null,
): DiffDocument {
  const hours = steps.includes(null) ? null : steps.reduce<number>((sum, one) => sum + (one ?? 0), 0)
  const compared = dumps.flatMap((known, at) => report.dumps.slice(at, at + 1).map(dump => ({...dump, ...known})))
  return {
    ...report,
    dumps: compared,
    hours,
    limit: limit && {quotaBytes: limit.quotaBytes, usedBytes: limit.usedBytes},
    verdict: verdictOfGrowth({...report, hours, limit}),
    warnings: [...warnings, ...warningsOfCompared(compared)],
  }
}
