// Totals of the whole dump.
import type {HeapGraph} from '../../heap/heap-graph.js'
import type {Heap} from '../../heap/heap.js'
import {isTracer} from '../../heap/ownership.js'
import {agentObjects} from '../objects/agent-objects.js'
import {aliveOf} from '../objects/alive.js'
import {isThread} from '../objects/owners.js'
import {reservedStack} from '../objects/reserved-stack.js'
import {wholeOf} from '../objects/whole.js'

export type Totals = {
  readonly objects: number
  readonly memsize: number
  /** Outgoing references of all objects, with repeats, without those of the roots. */
  readonly references: number
  /** Objects on a path from a root; the rest is garbage that has not been collected yet. */
  readonly reachableObjects: number
  readonly reachableMemsize: number
  /** These without the tracer, the agent and reserved thread stacks: live memory, the base of every share. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  /** What the next GC frees: together with live memory, tracer, agent and thread stacks it makes up `memsize`. */
  readonly garbageMemsize: number
  /** Memory of the allocation tracer itself: part of `memsize`, but not of the app. */
  readonly tracerMemsize: number
  /** Memory of the agent, without the stacks of its threads and without tracers. */
  readonly agentMemsize: number
}

export function totals(graph: HeapGraph): Totals {
  const {heap, retainedSizes, retainedCounts, root} = graph
  const {memsize, tracerMemsize} = wholeOf(heap)
  const alive = aliveOf(graph)
  // A tracer that only the agent holds is a tracer.
  const agents = agentObjects(heap).indexes.filter(index => !isTracer(heap, index))
  const agentMemsize = agents.reduce((sum, index) => sum + withoutStack(heap, index), 0)
  const stacks = heap.natives('VM/thread').reduce((sum, thread) => sum + reservedStack(heap, thread), 0)
  return {
    agentMemsize,
    aliveMemsize: alive.memsize,
    aliveObjects: alive.objects,
    garbageMemsize: memsize - stacks - alive.memsize - tracerMemsize - agentMemsize,
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
