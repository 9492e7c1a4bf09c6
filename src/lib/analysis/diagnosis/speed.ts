// How fast memory grows, and when the dyno reaches its quota: from the memory line if it climbs, otherwise from the two
// dumps, if enough time lies between them.
import {rateOf} from '../compare/rate.js'
import type {Suspect} from '../suspects/finding.js'
import type {DiagnosisEvidence} from './evidence.js'

export type Speed = {
  /** Between the dumps; null: unknown. */
  readonly seconds: number | null
  /** What the culprit holds more; null: it does not grow, or there is none. */
  readonly culpritBytes: number | null
  /** What the process uses more, without the tracer and the agent; null: unknown. */
  readonly processBytes: number | null
  /** Bytes an hour of the process; null: it does not grow, or the time is too short to tell. */
  readonly perHour: number | null
  /** `line`: the memory line, over its whole climb; `dumps`: what the culprit gained between them. */
  readonly measuredBy: 'line' | 'dumps' | null
  /** Memory limit of the dyno, and memory of all its processes; null: unknown. */
  readonly quotaBytes: number | null
  readonly usedBytes: number | null
  /** If the dyno's other processes grow at the same rate; 0: it has been reached. null: unknown, or never. */
  readonly quotaReachedInSeconds: number | null
  /** The soonest and the latest, for the rates that the memory line has had. */
  readonly quotaReachedBetweenSeconds: readonly [number, number] | null
}

const HOUR = 3600

/** Outcomes in which the growth goes on. */
const GROWING: ReadonlySet<string> = new Set(['leak', 'native'])

export function speedOf(
  evidence: DiagnosisEvidence,
  {culprit, outcome}: {readonly culprit: Suspect | null; readonly outcome: string},
): Speed {
  const {growth, line, seconds} = evidence
  const culpritBytes = culprit?.grownBytes ?? null
  const known = {
    culpritBytes,
    processBytes: growth === null ? null : processGrowth(growth),
    quotaBytes: line?.quotaBytes ?? null,
    seconds,
    usedBytes: line?.usedBytes ?? null,
  }
  if (line !== null && line.memory.state === 'climbing' && line.memory.perHour !== null) {
    const {quotaReachedBetweenSeconds, quotaReachedInSeconds} = line
    return {
      ...known,
      measuredBy: 'line',
      perHour: line.memory.perHour,
      quotaReachedBetweenSeconds,
      quotaReachedInSeconds,
    }
  }

  const rate =
    culpritBytes === null || !GROWING.has(outcome)
      ? null
      : rateOf(culpritBytes, seconds === null ? null : seconds / HOUR)
  return {
    ...known,
    measuredBy: rate === null ? null : 'dumps',
    perHour: rate === null ? null : Math.round(rate),
    quotaReachedBetweenSeconds: null,
    quotaReachedInSeconds: rate === null ? null : timeLeft(rate, evidence),
  }
}

function processGrowth({dumps, memoryGrowth}: NonNullable<DiagnosisEvidence['growth']>): number | null {
  if (memoryGrowth !== null) return memoryGrowth.bytes - memoryGrowth.changes.agent
  const [first, last] = [dumps[0], dumps.at(-1)]
  if (first === undefined || last === undefined || first.processBytes === null || last.processBytes === null)
    return null
  return last.processBytes - first.processBytes - (last.totals.tracerMemsize - first.totals.tracerMemsize)
}

/** As of judgeHistory: the dyno's other processes are assumed to grow in proportion. */
function timeLeft(perHour: number, {line, report}: DiagnosisEvidence): number | null {
  const {quotaBytes = null, usedBytes = null} = line ?? {}
  const rssBytes = report.dump.processBytes
  if (quotaBytes === null || rssBytes === null || rssBytes <= 0 || perHour <= 0) return null
  const used = Math.max(usedBytes ?? 0, rssBytes)
  return Math.max(0, Math.round(((quotaBytes - used) / (perHour * (used / rssBytes))) * HOUR))
}
