// Waits for the second dump of a diagnosis: asks the agent for the memory of the process again and again, draws it, and
// notices if the process ends.
import {setTimeout as pause} from 'node:timers/promises'
import type {LinePoint} from '../analysis/diagnosis/document.js'
import type {HistoryReport} from '../analysis/history/judge-history.js'
import {UserError} from '../errors.js'
import type {AgentReport} from '../render/agent-report.js'
import {openMemoryView, type MemoryViewOptions} from '../render/memory-view.js'
import {formatDuration} from '../units.js'
import type {AgentLine} from './agent-command.js'
import type {Chosen} from './process-to-diagnose.js'

export type Watched = {
  /** `gone`: the process has ended. */
  readonly ended: 'due' | 'interrupted' | 'gone'
  /** Oldest first. */
  readonly samples: readonly LinePoint[]
  /** The memory line as it was last seen; null: not recorded. */
  readonly line: HistoryReport | null
  /** What became of the process, as a sentence; null: it runs. */
  readonly gone: string | null
}

type Options = Omit<MemoryViewOptions, 'startedAtMs' | 'stream'> & {
  readonly ask: AgentLine['ask']
  readonly chosen: Chosen
  readonly signal: AbortSignal
}

const MOST_STEPS = 150
const LEAST_STEP_MS = 1000
const MOST_STEP_MS = 60_000
/** A process is gone if it is missing in so many answers. */
const MISSING = 2

/** `dueAtMs`: when to stop. An agent that does not answer for a while is not an error: a busy dyno answers later. */
export async function watchProcess({ask, chosen, signal, ...shown}: Options): Promise<Watched> {
  const startedAtMs = Date.now()
  const view = await openMemoryView({...shown, startedAtMs, stream: process.stderr})
  const samples: LinePoint[] = []
  let line = chosen.process.history
  let misses = 0
  let gone: string | null = null
  const step = Math.min(MOST_STEP_MS, Math.max(LEAST_STEP_MS, (shown.dueAtMs - startedAtMs) / MOST_STEPS))
  try {
    while (!signal.aborted && gone === null && Date.now() < shown.dueAtMs) {
      const {agent, problem} = await askOnce(ask, chosen, signal)
      const seen = agent?.processes.find(({pid}) => pid === chosen.process.pid)
      if (agent !== null) misses = seen === undefined ? misses + 1 : 0
      const after = formatDuration((Date.now() - startedAtMs) / 1000)
      if (agent !== null && isAnother(agent, chosen.agent)) gone = `${agent.dyno} restarted after ${after}.`
      else if (misses >= MISSING) gone = `${chosen.process.process} of ${chosen.agent.dyno} ended after ${after}.`
      if (seen?.rssBytes != null && gone === null) {
        samples.push({at: new Date().toISOString(), rssBytes: seen.rssBytes})
        line = seen.history ?? line
      }

      view.update({agent: agent ?? chosen.agent, problem, samples})
      await pause(Math.max(0, Math.min(step, shown.dueAtMs - Date.now())), undefined, {signal}).catch(() => null)
    }
  } finally {
    view.close()
  }

  return {ended: signal.aborted ? 'interrupted' : gone === null ? 'due' : 'gone', gone, line, samples}
}

/** How the process has ended: its dyno restarted, or it is missing. null: it runs, or nobody answers. */
export async function endOf(ask: AgentLine['ask'], chosen: Chosen, signal: AbortSignal): Promise<string | null> {
  const {agent} = await askOnce(ask, chosen, signal)
  if (agent === null) return null
  if (isAnother(agent, chosen.agent)) return `${agent.dyno} restarted.`
  return agent.processes.some(({pid}) => pid === chosen.process.pid)
    ? null
    : `${chosen.process.process} of ${agent.dyno} ended.`
}

async function askOnce(
  ask: AgentLine['ask'],
  {agent: {dyno}}: Chosen,
  signal: AbortSignal,
): Promise<{readonly agent: AgentReport | null; readonly problem: string | null}> {
  try {
    const agents = await ask({history: true, type: 'status'}, signal, dyno)
    const agent = agents.find(one => one.dyno === dyno) ?? null
    return {agent, problem: agent === null ? `No agent on ${dyno} answers. It may be restarting.` : null}
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return {agent: null, problem: error.message}
  }
}

/** Another dyno of the same name. An older agent does not say when it started. */
function isAnother(now: AgentReport, before: AgentReport): boolean {
  return now.boot !== undefined && before.boot !== undefined && now.boot !== before.boot
}
