// The document of `heapdump:diagnose --json`, from which its page is drawn.
import type {Suspect} from '../suspects/finding.js'
import type {Diagnosis, Outcome} from './diagnosis.js'
import type {Speed} from './speed.js'

export type DiagnosedDump = {
  readonly id: string
  readonly key: string
  readonly createdAt: string
  /** Resident memory of the process when it was dumped. */
  readonly memoryBytes: number | null
  readonly traced: boolean | null
}

/** Resident memory of the process at a time (ISO 8601, UTC). */
export type LinePoint = {readonly at: string; readonly rssBytes: number}

export type DiagnosisCost = {
  /** How long each dump of this command paused the process. */
  readonly pausesMs: readonly number[]
  readonly tracedSeconds: number
  /** Seconds of work that the process lost to tracing, at about a third of its speed. */
  readonly lostSeconds: number
}

export type DiagnosisDocument = {
  readonly dyno: string
  readonly pid: number
  /** `puma worker 1`. */
  readonly process: string
  readonly release: string | null
  readonly ruby: string | null
  readonly verdict: {
    /** `levels-off`: it grew, and no longer does. `unclear`: two dumps cannot tell yet. */
    readonly outcome: Outcome
    /** false: likely; the last sentence says what else it could be. */
    readonly sure: boolean
    readonly sentences: readonly string[]
  }
  /** What the verdict accuses, with its allocation sites and advice; null: nothing. */
  readonly culprit: Suspect | null
  readonly speed: Speed
  /** Oldest first: what the process recorded, and what was seen while waiting. */
  readonly memory: readonly LinePoint[]
  /** Oldest first; one, if the second could not be taken. */
  readonly dumps: readonly DiagnosedDump[]
  readonly cost: DiagnosisCost
  readonly warnings: readonly string[]
}

/** The speed of a traced process, by measurement (docs/safety.md). */
const TRACED_SPEED = 1 / 3

export function costOf(pausesMs: ReadonlyArray<number | null>, tracedSeconds: number): DiagnosisCost {
  return {
    lostSeconds: Math.round(tracedSeconds * (1 - TRACED_SPEED)),
    pausesMs: pausesMs.filter(pause => pause !== null),
    tracedSeconds,
  }
}

export function verdictAsTold({outcome, sentences, sure}: Diagnosis): DiagnosisDocument['verdict'] {
  return {outcome, sentences, sure}
}
