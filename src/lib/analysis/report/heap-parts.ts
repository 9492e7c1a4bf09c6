// The parts of a process that add up to it, as far as a heap dump shows them. Every page counts garbage as here.
import type {DumpFacts} from './report.js'
import type {Totals} from '../tables/totals.js'

export type HeapParts = {
  readonly live: number
  readonly garbage: number
  /** The allocation tracer and the agent. */
  readonly ours: number
  /** Without live objects, garbage, tracer and agent; null: the size of the process is unknown. */
  readonly outside: number | null
}

export function heapParts({processBytes}: Pick<DumpFacts, 'processBytes'>, totals: Totals): HeapParts {
  const {agentMemsize, aliveMemsize: live, garbageMemsize: garbage, tracerMemsize} = totals
  const ours = agentMemsize + tracerMemsize
  const outside = processBytes === null ? null : Math.max(0, processBytes - live - garbage - ours)
  return {garbage, live, ours, outside}
}
