// Which process heapdump:diagnose looks at: the largest of those that grow; if none does, the largest of all.
import {UserError} from '../errors.js'
import type {AgentReport, ReportedProcess} from '../render/agent-report.js'
import {growsNow} from '../render/dyno-memory.js'

export type Chosen = {
  readonly agent: AgentReport
  readonly process: ReportedProcess
  /** Why it was chosen, without a full stop. */
  readonly why: string
}

/** `wanted`: a name or PID; undefined: any. Throws UserError `no_process`. */
export function processToDiagnose(agents: readonly AgentReport[], wanted: string | undefined): Chosen {
  const all = agents.flatMap(agent => agent.processes.map(process => ({agent, process})))
  const named = all.filter(
    ({process: {pid, process}}) => wanted === undefined || String(pid) === wanted || process === wanted,
  )
  const growing = named.filter(({process}) => growsNow(process.history))
  const [largest] = (growing.length > 0 ? growing : named).toSorted(
    (a, b) => (b.process.rssBytes ?? 0) - (a.process.rssBytes ?? 0),
  )
  if (largest === undefined) {
    const listed = all.map(({agent, process: {pid, process}}) => `${process} (${agent.dyno} ${pid})`).join(', ')
    throw new UserError(wanted === undefined ? 'No process can be dumped.' : `No process is called ${wanted}.`, {
      code: 'no_process',
      exit: wanted === undefined ? 1 : 2,
      hint: listed === '' ? null : `Running: ${listed}.`,
    })
  }

  return {...largest, why: reasonFor(named.length, growing.length, wanted)}
}

function reasonFor(all: number, growing: number, wanted: string | undefined): string {
  if (all === 1) return wanted === undefined ? 'the only process' : 'as asked'
  if (growing === 1) return `the only one of ${all} processes that grows`
  return growing > 0
    ? `the largest of ${growing} processes that grow`
    : `the largest of ${all} processes; none is known to grow`
}
