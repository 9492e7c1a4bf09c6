// The state of a running request, reduced from its events so far.
import type {FailureCode} from '../error-codes.js'
import type {AgentEvent} from '../protocol/messages.js'

export type ProcessState = 'waiting' | 'dumping' | 'uploading' | 'finished' | 'failed'

export type ProcessDump = {
  readonly pid: number
  readonly process: string
  readonly state: ProcessState
  readonly rssBytes: number | null
  /** How long the process paused for the fork; null until it forked. */
  readonly stallMs: number | null
  /** Written by Ruby so far; the total once finished. */
  readonly bytes: number | null
  readonly storedBytes: number | null
  readonly objects: number | null
  readonly key: string | null
  readonly error: {readonly code: FailureCode; readonly message: string} | null
}

export type DumpState = {
  readonly accepted: boolean
  readonly agent: string | null
  readonly ruby: string | null
  /** When the tracing window ends, epoch ms; null if none is open. */
  readonly tracingUntilMs: number | null
  readonly processes: readonly ProcessDump[]
  /** Set if the whole request was refused. */
  readonly refused: {readonly code: FailureCode; readonly message: string} | null
  readonly done: boolean
}

export const initialDumpState: DumpState = {
  accepted: false,
  agent: null,
  done: false,
  processes: [],
  refused: null,
  ruby: null,
  tracingUntilMs: null,
}

export function reduceDumpState(state: DumpState, event: AgentEvent): DumpState {
  switch (event.type) {
    case 'accepted': {
      const processes = event.processes.map(({pid, process, rssBytes}): ProcessDump => ({
        bytes: null,
        error: null,
        key: null,
        objects: null,
        pid,
        process,
        rssBytes,
        stallMs: null,
        state: 'waiting',
        storedBytes: null,
      }))
      return {...state, accepted: true, agent: event.agent, processes, ruby: event.ruby}
    }

    case 'tracing': {
      return {...state, tracingUntilMs: event.until * 1000}
    }

    case 'dumping': {
      const next = {...state, tracingUntilMs: null}
      return withProcess(next, event.pid, {rssBytes: event.rssBytes, stallMs: event.stallMs, state: 'dumping'})
    }

    case 'uploading': {
      return withProcess(state, event.pid, {bytes: event.bytes, state: 'uploading', storedBytes: event.storedBytes})
    }

    case 'finished': {
      const {bytes, key, objects, stallMs, storedBytes} = event
      return withProcess(state, event.pid, {bytes, key, objects, stallMs, state: 'finished', storedBytes})
    }

    case 'failed': {
      const error = {code: event.code, message: event.message}
      return event.pid === null
        ? {...state, done: true, refused: error}
        : withProcess(state, event.pid, {error, state: 'failed'})
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

function withProcess(state: DumpState, pid: number, change: Partial<ProcessDump>): DumpState {
  return {...state, processes: state.processes.map(one => (one.pid === pid ? {...one, ...change} : one))}
}
