// What shares of what is kept alive are of.
import type {ProcessMemory} from './process-memory.js'
import type {Totals} from './totals.js'

type Counted = {readonly totals: Pick<Totals, 'reachableMemsize' | 'tracerMemsize'>; readonly memory: Pick<ProcessMemory, 'threadStackBytes'>}

/** Bytes that are alive and the app's: without the allocation tracer, and without what is set aside for threads' stacks, of which hardly any is ever touched. */
export function aliveBytes({totals: {reachableMemsize, tracerMemsize}, memory: {threadStackBytes}}: Counted): number {
  return Math.max(0, reachableMemsize - tracerMemsize - threadStackBytes)
}
