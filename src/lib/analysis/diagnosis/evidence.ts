// What a diagnosis is based on, and the facts about it that several parts of the verdict need.
import type {GrowthReport} from '../compare/growth.js'
import type {HistoryReport} from '../history/judge-history.js'
import type {AnalysisReport} from '../report/report.js'

export type Compared = Pick<GrowthReport, 'dumps' | 'growth' | 'memoryGrowth' | 'movement' | 'suspects'>
export type Analyzed = Pick<AnalysisReport, 'dump' | 'history' | 'suspects'>

export type DiagnosisEvidence = {
  /** The comparison of the two dumps, with all rows; null: there is no second dump. */
  readonly growth: Compared | null
  /** The analysis of the last dump. */
  readonly report: Analyzed
  /** The memory line, as it was last seen; null: not recorded. */
  readonly line: HistoryReport | null
  /** Between the dumps; null: unknown. */
  readonly seconds: number | null
  /** How long the process was traced before the second dump; 0: not at all. */
  readonly tracedSeconds: number
  /** Why there is no second dump, as a sentence; null: there is. */
  readonly missing: string | null
}

/** Fewer GCs in a window: the app hardly worked. */
const LEAST_GCS = 2
/**
 * The share of new bytes with an allocation site, relative to the share of the time that was traced. Tracing slows the
 * process to a third, so steady growth has a third; below this value it has stopped.
 */
const STOPPED = 0.05

/**
 * Whether an owner still grew while the process was traced. `unknown`: not traced, or the app hardly worked meanwhile.
 */
export function whileTraced(
  owner: string,
  {growth, report: {history}, seconds, tracedSeconds}: DiagnosisEvidence,
): 'grew' | 'stopped' | 'unknown' {
  if (growth === null || tracedSeconds <= 0 || seconds === null || seconds <= 0) return 'unknown'
  const rows = growth.growth.filter(row => row.owner === owner)
  const all = rows.reduce((sum, {memsize}) => sum + memsize, 0)
  const traced = rows.reduce((sum, {file, memsize}) => (file === null ? sum : sum + memsize), 0)
  if (traced >= all * Math.min(1, tracedSeconds / seconds) * STOPPED && traced > 0) return 'grew'
  const gcs = gcsBetween(history?.gcAtTracing ?? null, history?.gcAtDump ?? null)
  return gcs !== null && gcs >= LEAST_GCS ? 'stopped' : 'unknown'
}

/** Whether hardly any GC ran between the dumps: what the app does not do, it does not show. */
export function wasIdle({line, report: {history}, seconds}: DiagnosisEvidence): boolean {
  const now = history ?? line
  if (now === null || seconds === null) return false
  const from = now.processSeconds - seconds
  const before = now.points.findLast(point => point.gcs !== null && point.seconds <= from)?.gcs ?? now.gcAtBoot
  const gcs = gcsBetween(before, now.gcAtDump)
  return gcs !== null && gcs < LEAST_GCS
}

function gcsBetween(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before
}

/** Whether the memory line and the old objects are level, so that what grew in between made room for itself. */
export function isLevel(evidence: DiagnosisEvidence): boolean {
  return hasLevelMemory(evidence) && evidence.line?.oldObjects.state === 'level'
}

/** Whether its memory alone is level, for 20 minutes or more. */
export function hasLevelMemory({line}: DiagnosisEvidence): boolean {
  return line !== null && (line.memory.state === 'level' || line.memory.state === 'levelling')
}
