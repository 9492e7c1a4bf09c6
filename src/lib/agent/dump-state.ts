// The state of a dyno's dump, reduced from its events so far.
import type {ErrorCode, FailureCode} from '../error-codes.js'
import type {AgentEvent, AgentProcess, Failed, Finished} from '../protocol/messages.js'

export type ProcessState = 'waiting' | 'dumping' | 'uploading' | 'finished' | 'failed'

export type ProcessDump = {
  readonly pid: number
  readonly process: string
  readonly state: ProcessState
  readonly rssBytes: number | null
  /** How long the process paused for the fork; null until it forked. */
  readonly stallMs: number | null
  /** Forks so far. A busy dyno gets a second one. */
  readonly attempts: number
  /** About the number of objects to write; null: unknown. */
  readonly liveSlots: number | null
  /** Objects written so far; null: unknown. */
  readonly written: number | null
  /** Written by Ruby so far; the total once finished. */
  readonly bytes: number | null
  readonly storedBytes: number | null
  readonly objects: number | null
  readonly key: string | null
  readonly error: {readonly code: FailureCode; readonly message: string} | null
}

export type DumpState = {
  readonly dyno: string
  readonly accepted: boolean
  /** When it was accepted, epoch ms by the dyno's clock; null: unknown. */
  readonly acceptedAtMs: number | null
  readonly agent: string | null
  readonly ruby: string | null
  /** When the tracing window ends, epoch ms; null if none is open. */
  readonly tracingUntilMs: number | null
  readonly processes: readonly ProcessDump[]
  /** Set if the whole request was refused, or the dyno stopped answering. */
  readonly refused: {readonly code: ErrorCode; readonly message: string} | null
  readonly done: boolean
}

export function initialDumpState(dyno: string): DumpState {
  return {
    accepted: false,
    acceptedAtMs: null,
    agent: null,
    done: false,
    dyno,
    processes: [],
    refused: null,
    ruby: null,
    tracingUntilMs: null,
  }
}

export function reduceDumpState(state: DumpState, event: AgentEvent): DumpState {
  switch (event.type) {
    case 'accepted': {
      const {agent, at, processes, ruby} = event
      const acceptedAtMs = at === undefined ? null : at * 1000
      return {...state, accepted: true, acceptedAtMs, agent, processes: processes.map(waiting), ruby}
    }

    case 'tracing': {
      return {...state, tracingUntilMs: event.until * 1000}
    }

    case 'dumping': {
      const {liveSlots = null, rssBytes, stallMs} = event
      return withProcess(state, event.pid, one => ({
        ...started,
        attempts: one.attempts + 1,
        liveSlots,
        rssBytes,
        stallMs,
        state: 'dumping',
      }))
    }

    case 'uploading': {
      const {bytes, objects: written = null, storedBytes} = event
      return withProcess(state, event.pid, () => ({bytes, state: 'uploading', storedBytes, written}))
    }

    case 'finished': {
      return withProcess(state, event.pid, () => finished(event))
    }

    case 'failed': {
      return failed(state, event)
    }

    // Answers to other requests, and what changes nothing.
    case 'status':
    case 'trimmed':
    case 'history':
    case 'yielded':
    case 'alive': {
      return state
    }

    case 'done': {
      return {...state, done: true}
    }
  }
}

const started = {bytes: null, storedBytes: null, written: null}

function waiting({pid, process, rssBytes}: AgentProcess): ProcessDump {
  return {
    ...started,
    attempts: 0,
    error: null,
    key: null,
    liveSlots: null,
    objects: null,
    pid,
    process,
    rssBytes,
    stallMs: null,
    state: 'waiting',
  }
}

function finished({bytes, key, objects, stallMs, storedBytes}: Finished): Partial<ProcessDump> {
  return {bytes, key, objects, stallMs, state: 'finished', storedBytes}
}

function failed(state: DumpState, {code, message, pid}: Failed): DumpState {
  const error = {code, message}
  return pid === null
    ? {...state, done: true, refused: error}
    : withProcess(state, pid, () => ({error, state: 'failed'}))
}

/** Each event of a process ends the tracing window. */
function withProcess(state: DumpState, pid: number, change: (process: ProcessDump) => Partial<ProcessDump>): DumpState {
  const processes = state.processes.map(one => (one.pid === pid ? {...one, ...change(one)} : one))
  return {...state, processes, tracingUntilMs: null}
}

/** The share of its objects that a process has written, 0..1; below 1 until it is stored. null: unknown. */
export function shareWritten({liveSlots, state, written}: ProcessDump): number | null {
  if (state === 'finished') return 1
  if (liveSlots === null || liveSlots <= 0) return null
  // Slots that were garbage are not written, and objects that the dump itself allocates are, so neither bound is exact.
  return Math.min(0.99, (written ?? 0) / liveSlots)
}
