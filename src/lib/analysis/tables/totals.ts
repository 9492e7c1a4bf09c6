// How much there is.
import type {HeapGraph} from '../../heap/heap-graph.js'
import type {Heap} from '../../heap/heap.js'
import {agentObjects} from '../objects/agent-objects.js'
import {aliveOf} from '../objects/alive.js'
import {isThread} from '../objects/owners.js'
import {reservedStack} from '../objects/threads.js'
import {wholeOf} from '../objects/whole.js'

export type Totals = {
  readonly objects: number
  readonly memsize: number
  /** Outgoing references of all objects, repeats included; the roots' are not among them. */
  readonly references: number
  /** What some path from a root reaches; the rest is garbage that was not collected yet. */
  readonly reachableObjects: number
  readonly reachableMemsize: number
  /** Of that: without the tracer, the agent, and what is set aside for threads' stacks. What every share is of. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  /** What the allocation tracer itself takes: in `memsize`, but nothing of the app. */
  readonly tracerMemsize: number
  /** The same of the agent, without stacks of its threads. */
  readonly agentMemsize: number
}

export function totals(graph: HeapGraph): Totals {
  const {heap, retainedSizes, retainedCounts, root} = graph
  const {memsize, tracerMemsize} = wholeOf(heap)
  const alive = aliveOf(graph)
  return {
    agentMemsize: agentObjects(heap).indexes.reduce((sum, index) => sum + withoutStack(heap, index), 0),
    aliveMemsize: alive.memsize,
    aliveObjects: alive.objects,
    memsize,
    objects: heap.count,
    reachableMemsize: retainedSizes[root],
    reachableObjects: retainedCounts[root] - 1,
    references: heap.columns.edges.length,
    tracerMemsize,
  }
}

function withoutStack(heap: Heap, index: number): number {
  return heap.memsize(index) - (isThread(heap, index) ? reservedStack(heap, index) : 0)
}
