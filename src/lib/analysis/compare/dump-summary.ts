// What stays of a dump after its analysis: a few kB beside it in the bucket, so that releases, dynos and processes can be
// compared without reading their dumps. It has names in the code, sizes and counts, and no string of the app.
import type {AnalysisReport} from '../report/report.js'
import {verdictOf} from '../report/verdict.js'
import type {Severity, Suspect, SuspectKind} from '../suspects/finding.js'
import type {DumpAmounts} from './dump-amounts.js'

export const SUMMARY_VERSION = 1

/** The dump that was summarized. null: unknown. */
export type SummarizedDump = {
  readonly id: string
  readonly key: string
  /** ISO 8601, UTC. */
  readonly createdAt: string | null
  readonly dyno: string | null
  readonly pid: number | null
  readonly process: string | null
  readonly release: string | null
  readonly bootedAt: string | null
  readonly memoryBytes: number | null
  readonly quotaBytes: number | null
}

export type SummarySuspect = {
  readonly rule: string
  readonly kind: SuspectKind
  readonly severity: Severity
  readonly owner: string
  readonly retainedSize: number
  readonly share: number
}

export type DumpSummary = DumpAmounts & {
  readonly version: typeof SUMMARY_VERSION
  readonly dump: SummarizedDump
  readonly traced: boolean
  /** Live objects, as for all shares of `analyze`. */
  readonly totals: {readonly objects: number; readonly memsize: number}
  readonly healthy: boolean
  /** Worst first. */
  readonly suspects: readonly SummarySuspect[]
}

export const MOST_SUSPECTS = 20

/** `report`: of the whole dump. */
export function summarize(dump: SummarizedDump, report: AnalysisReport, amounts: DumpAmounts): DumpSummary {
  return {
    version: SUMMARY_VERSION,
    dump,
    healthy: verdictOf(report).healthy,
    suspects: report.suspects.slice(0, MOST_SUSPECTS).map(inSummary),
    totals: {memsize: report.totals.aliveMemsize, objects: report.totals.aliveObjects},
    traced: report.dump.traced,
    ...amounts,
  }
}

function inSummary({rule, kind, severity, owner, retainedSize, share}: Suspect): SummarySuspect {
  // The name of a thread is a string of the app.
  return {kind, owner: owner.replace(/".*"/, '').trim(), retainedSize, rule, severity, share}
}
