// Runs a dump request to its end, and summarizes the outcome.
import {herokuCommand, proposal, type Target} from '../command-line.js'
import {DONE_WITH_WARNING, INTERRUPTED, UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {type DumpState, initialDumpState, type ProcessDump, reduceDumpState} from './dump-state.js'
import {failureHint} from './failure-hint.js'
import {type DumpRequestOptions, requestDump} from './request-dump.js'

export type DumpResult = {
  readonly id: string
  readonly dyno: string
  readonly processes: ReadonlyArray<
    Pick<ProcessDump, 'pid' | 'process' | 'state' | 'key' | 'bytes' | 'storedBytes' | 'objects' | 'stallMs'> & {
      readonly error?: NonNullable<ProcessDump['error']>
    }
  >
}

export type RunOptions = DumpRequestOptions & {
  readonly target: Target
  /** Watch until the dumps are stored; false: until the request is accepted. */
  readonly wait: boolean
  readonly onChange: (state: DumpState, before: DumpState) => Promise<void> | void
}

export type DumpRun = {
  readonly result: DumpResult
  readonly state: DumpState
  readonly seconds: number
  /** The stored dumps; empty unless the whole request is done. */
  readonly stored: readonly ProcessDump[]
  readonly exitCode: 0 | typeof DONE_WITH_WARNING | typeof INTERRUPTED
  /** What continues in the background, and the command to follow it; may be empty. */
  readonly lines: readonly string[]
}

/** Throws requestDump's UserErrors, the agent's refusal, and `no_process` or the agent's code if no dump was stored. */
export async function runDump(connection: NotifyConnection, options: RunOptions): Promise<DumpRun> {
  const startedAt = Date.now()
  let state = initialDumpState
  for await (const event of requestDump(connection, options)) {
    const before = state
    state = reduceDumpState(state, event)
    await options.onChange(state, before)
    if (state.accepted && !options.wait) break
  }

  const ending = endingOf(state, options)
  return {...ending, result: resultOf(state, options), seconds: (Date.now() - startedAt) / 1000, state}
}

function endingOf(state: DumpState, options: RunOptions): Pick<DumpRun, 'exitCode' | 'lines' | 'stored'> {
  const {dyno, signal, target} = options
  const next = proposal` Next: ${herokuCommand('heapdump:list', [], target)}`
  const nexts = next === null ? [] : [next]
  if (state.refused !== null) {
    const {code, message} = state.refused
    throw new UserError(`${dyno}: ${message}`, {code, hint: failureHint(code, {dyno, target})})
  }

  if (signal?.aborted === true) {
    const sent = state.accepted ? 'the dump continues in the dyno.' : `the request was sent; ${dyno} may still dump.`
    return {exitCode: INTERRUPTED, lines: ['', ` Stopped watching: ${sent}`, ...nexts], stored: []}
  }

  const {length: count} = state.processes
  if (!state.done) {
    const what = count === 1 ? 'a process' : `${count} processes`
    return {exitCode: 0, lines: [` ${dyno} is dumping ${what}.`, ...nexts], stored: []}
  }

  const stored = state.processes.filter(one => one.state === 'finished')
  if (stored.length === 0) {
    const error = state.processes[0]?.error
    throw new UserError(`No dump of ${dyno} was stored: ${error?.message ?? 'it has no Ruby process'}.`, {
      code: error?.code ?? 'no_process',
      hint: failureHint(error?.code, {dyno, target}),
    })
  }

  return {exitCode: stored.length < count ? DONE_WITH_WARNING : 0, lines: [], stored}
}

function resultOf({processes}: DumpState, {dyno, id}: RunOptions): DumpResult {
  return {
    dyno,
    id,
    processes: processes.map(({pid, process, state, key, bytes, storedBytes, objects, stallMs, error}) => ({
      bytes,
      key,
      objects,
      pid,
      process,
      stallMs,
      state,
      storedBytes,
      ...(error === null ? {} : {error}),
    })),
  }
}
