// The single objects that keep most memory alive: the dominator tree, largest first.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {asideOf} from '../objects/aside.js'
import {type NamedObject, namedObject} from '../objects/object-rows.js'
import type {AnalysisOptions} from '../objects/options.js'

export type Dominator = NamedObject & {
  readonly retainedObjects: number
  /** Retained size without the tracer, the agent and thread stacks. */
  readonly aliveRetainedSize: number
  /** Address of its immediate dominator; `ROOT` if no single object holds it. */
  readonly dominator: string
}

/** By retained size. */
export function dominators(graph: HeapGraph, options: AnalysisOptions): readonly Dominator[] {
  const {heap, retainedSizes} = graph
  const indexes = heap.scans.select.largest(retainedSizes.subarray(0, heap.count), options.top, options.only)
  return Array.from(indexes, index => dominatorRow(graph, index))
}

export function dominatorRow(graph: HeapGraph, index: number): Dominator {
  const {heap, root, retainedSizes, retainedCounts, tree} = graph
  return {
    ...namedObject(graph, index),
    aliveRetainedSize: retainedSizes[index] - asideOf(heap).below(index),
    dominator: tree.dominators[index] === root ? 'ROOT' : heap.address(tree.dominators[index]),
    retainedObjects: retainedCounts[index],
  }
}
