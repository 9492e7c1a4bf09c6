// Runs a dump of one dyno, or of several in turn, to its end.
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import type {AgentEvent} from '../protocol/messages.js'
import {type AttachOptions, attachToDump} from './attach-dump.js'
import {type DumpRun, summarize} from './dump-result.js'
import {type DumpState, initialDumpState, reduceDumpState} from './dump-state.js'
import {type DumpRequestOptions, requestDump} from './request-dump.js'

export type Watching = {
  readonly target: Target
  readonly signal: AbortSignal
  /** Called with the state of each dyno asked so far. */
  readonly onChange: (states: readonly DumpState[]) => void
}

export type RunOptions = Watching &
  Omit<DumpRequestOptions, 'dyno' | 'signal' | 'target'> & {
    /** One dyno, or all of a type. */
    readonly dynos: readonly [string, ...string[]]
    /** As named by the user: `web.1` or `web`. */
    readonly named: string
    /** Watch until the dumps are stored; false: until the request is accepted. */
    readonly wait: boolean
  }

/**
 * Throws requestDump's UserErrors, the agent's refusal, and `no_process` or the agent's code if no dump was stored. If
 * there are several dynos, only if none of them stored one.
 */
export async function runDump(connection: NotifyConnection, options: RunOptions): Promise<DumpRun> {
  const {dynos, named, onChange, signal, wait} = options
  const startedAt = Date.now()
  const watch = openWatch(onChange)
  const isOneOfSeveral = dynos.length > 1
  for (const dyno of dynos) {
    if (signal.aborted) break
    watch.begin(dyno)
    try {
      for await (const event of requestDump(connection, {...options, dyno, isOneOfSeveral})) {
        watch.take(dyno, event)
        if (event.type === 'accepted' && !wait) break
      }
    } catch (error) {
      if (!isOneOfSeveral || !isSilence(error)) throw error
      watch.give(dyno, error)
    }
  }

  const states = watch.states()
  return summarize(states, {...options, named, notAsked: dynos.slice(states.length), seconds: secondsSince(startedAt)})
}

/** Throws attachToDump's UserErrors, and those of runDump about its end. */
export async function runAttached(
  connection: NotifyConnection,
  options: Watching & Omit<AttachOptions, 'signal'>,
): Promise<DumpRun> {
  const startedAt = Date.now()
  const watch = openWatch(options.onChange)
  for await (const event of attachToDump(connection, options)) watch.take(event.dyno, event)
  const states = watch.states()
  const named = states.map(({dyno}) => dyno).join(', ')
  const {acceptedAtMs} = states[0] ?? {}
  const since = Math.min(startedAt, acceptedAtMs ?? startedAt)
  return summarize(states, {...options, named, notAsked: [], seconds: secondsSince(since), wait: true})
}

/** The dyno does not answer; others may. */
function isSilence(error: unknown): error is UserError {
  return error instanceof UserError && (error.code === 'no_agent' || error.code === 'agent_silent')
}

function secondsSince(epochMs: number): number {
  return (Date.now() - epochMs) / 1000
}

function openWatch(onChange: Watching['onChange']) {
  const states = new Map<string, DumpState>()
  const set = (state: DumpState) => {
    states.set(state.dyno, state)
    onChange([...states.values()])
  }

  const of = (dyno: string) => states.get(dyno) ?? initialDumpState(dyno)
  return {
    begin: (dyno: string) => set(of(dyno)),
    /** The dyno will not be heard again. */
    give: (dyno: string, {code, message}: UserError) => set({...of(dyno), done: true, refused: {code, message}}),
    states: () => [...states.values()],
    take: (dyno: string, event: AgentEvent) => set(reduceDumpState(of(dyno), event)),
  }
}
