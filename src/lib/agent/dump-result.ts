// The outcome of a dump request, from the last state of each dyno.
import {herokuCommand, proposal, type Target} from '../command-line.js'
import type {ErrorCode} from '../error-codes.js'
import {DONE_WITH_WARNING, INTERRUPTED, UserError} from '../errors.js'
import {formatCounted, formatDuration, formatPause} from '../units.js'
import type {DumpState, ProcessDump} from './dump-state.js'
import {failureHint} from './failure-hint.js'

export type DumpResult = {
  readonly id: string
  /** What was done, as on the screen. */
  readonly verdict: string
  /** As named: a dyno, or a process type. */
  readonly dyno: string
  readonly processes: ReadonlyArray<
    Pick<ProcessDump, 'pid' | 'process' | 'state' | 'key' | 'bytes' | 'storedBytes' | 'objects' | 'stallMs'> & {
      readonly dyno: string
      readonly error?: NonNullable<ProcessDump['error']>
    }
  >
  /** Of several dynos, those that refused, or stopped answering. */
  readonly refused?: ReadonlyArray<{readonly dyno: string; readonly code: ErrorCode; readonly message: string}>
}

/** A process and its dyno. */
export type DynoProcess = ProcessDump & {readonly dyno: string}

export type DumpRun = {
  readonly result: DumpResult
  readonly states: readonly DumpState[]
  readonly seconds: number
  /** The stored dumps, that of the largest process first; empty unless the whole request is done. */
  readonly stored: readonly DynoProcess[]
  readonly exitCode: 0 | typeof DONE_WITH_WARNING | typeof INTERRUPTED
  /** What continues in the background, and the commands to follow it; may be empty. */
  readonly lines: readonly string[]
}

type Outcome = {
  readonly id: string
  readonly named: string
  /** Dynos that were to be dumped later. */
  readonly notAsked: readonly string[]
  readonly seconds: number
  readonly signal: AbortSignal
  readonly target: Target
  readonly wait: boolean
}

/** Throws the agent's refusal, and `no_process` or the agent's code if no dump was stored. */
export function summarize(states: readonly DumpState[], outcome: Outcome): DumpRun {
  const {id, named, seconds} = outcome
  const processes = processesOf(states)
  const refused = states.flatMap(state => (state.refused === null ? [] : [{dyno: state.dyno, ...state.refused}]))
  const {verdict, ...ending} = endingOf(states, outcome)
  return {
    ...ending,
    result: {
      dyno: named,
      id,
      processes: processes.map(resultOf),
      ...(refused.length === 0 ? {} : {refused}),
      verdict,
    },
    seconds,
    states,
  }
}

export function processesOf(states: readonly DumpState[]): DynoProcess[] {
  return states.flatMap(({dyno, processes}) => processes.map(process => ({...process, dyno})))
}

type Ending = Pick<DumpRun, 'exitCode' | 'lines' | 'stored'> & Pick<DumpResult, 'verdict'>

function endingOf(states: readonly DumpState[], outcome: Outcome): Ending {
  const {signal, target, wait} = outcome
  const [refused] = states.filter(state => state.refused !== null)
  if (states.length === 1 && refused?.refused) {
    const {code, message} = refused.refused
    throw new UserError(`${refused.dyno}: ${message}`, {code, hint: failureHint(code, {dyno: refused.dyno, target})})
  }

  if (signal.aborted) {
    const [verdict, ...more] = interrupted(states, outcome)
    return {exitCode: INTERRUPTED, lines: ['', ` ${verdict}`, ...more], stored: [], verdict}
  }

  const processes = processesOf(states)
  if (!wait) {
    const what = processes.length === 1 ? 'a process' : `${processes.length} processes`
    const verdict = `${outcome.named} is dumping ${what}.`
    return {exitCode: 0, lines: [` ${verdict}`, ...commands(outcome, true)], stored: [], verdict}
  }

  const stored = processes.filter(one => one.state === 'finished')
  if (stored.length === 0) {
    const error = processes.find(one => one.error !== null)?.error ?? refused?.refused
    const why = error?.message.replace(/\.$/, '') ?? 'it has no Ruby process'
    throw new UserError(`No dump of ${outcome.named} was stored: ${why}.`, {
      code: error?.code ?? 'no_process',
      hint: failureHint(error?.code, {dyno: states[0]?.dyno ?? outcome.named, target}),
    })
  }

  const isWhole = stored.length === processes.length && refused === undefined
  return {
    exitCode: isWhole ? 0 : DONE_WITH_WARNING,
    lines: [],
    stored: stored.toSorted((a, b) => (b.rssBytes ?? 0) - (a.rssBytes ?? 0)),
    verdict: verdictOf(processes, stored, outcome),
  }
}

/** `Done: 2 dumps of web.1 in 12 s, longest pause 9 ms.` */
function verdictOf(
  processes: readonly DynoProcess[],
  stored: readonly DynoProcess[],
  {named, seconds}: Outcome,
): string {
  const {size: dynos} = new Set(stored.map(({dyno}) => dyno))
  const longest = Math.max(0, ...stored.map(({stallMs}) => stallMs ?? 0))
  const missing = processes.length - stored.length
  return [
    `Done: ${describeDumps(stored.length, named, dynos)} in ${formatDuration(seconds)},`,
    `longest pause ${formatPause(longest)}.`,
    ...(missing === 0 ? [] : [`${missing === 1 ? '1 process was' : `${missing} processes were`} not dumped.`]),
  ].join(' ')
}

function interrupted(states: readonly DumpState[], outcome: Outcome): [string, ...string[]] {
  const {notAsked} = outcome
  const last = states.at(-1)
  const isAccepted = last?.accepted ?? false
  const rest = notAsked.length === 0 ? [] : [` Not asked: ${notAsked.join(', ')}.`]
  const what = isAccepted
    ? 'the dump continues in the dyno.'
    : `the request was sent; ${last?.dyno ?? outcome.named} may still dump.`
  return [`Stopped watching: ${what}`, ...rest, ...commands(outcome, isAccepted)]
}

/** How to watch a dump in progress, to cancel it, and to see it once stored. */
function commands({id, target}: Outcome, canBeWatched: boolean): string[] {
  const attach = proposal` Watch again:  ${herokuCommand('heapdump:trigger', [], ['--attach', id, ...target])}`
  return [
    canBeWatched ? attach : null,
    proposal` Cancel:       ${herokuCommand('heapdump:cancel', [id], target)}`,
    proposal` When stored:  ${herokuCommand('heapdump:list', [], target)}`,
  ].filter(line => line !== null)
}

function resultOf(process: DynoProcess): DumpResult['processes'][number] {
  const {bytes, dyno, error, key, objects, pid, process: name, stallMs, state, storedBytes} = process
  return {
    bytes,
    dyno,
    key,
    objects,
    pid,
    process: name,
    stallMs,
    state,
    storedBytes,
    ...(error === null ? {} : {error}),
  }
}

/** `2 dumps of web.1`, `6 dumps of 3 web dynos`. */
export function describeDumps(count: number, named: string, dynos: number): string {
  return `${formatCounted(count, 'dump')} of ${dynos > 1 ? `${dynos} ${named} dynos` : named}`
}
