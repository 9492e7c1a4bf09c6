// The references between the nodes of a heap snapshot. Those that own are ordinary edges; the others are weak ones, which
// DevTools ignores for dominators and distances. So both are the same there as here.
import {NO_NODE} from '../../graph/graph.js'
import {NONE} from '../../heap/columns.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import {TYPE} from '../../heap/object-types.js'
import {recordsOf, rootStrength, STRENGTH} from '../../heap/ownership.js'
import {referenceLabel, rootLabel} from '../objects/labels.js'
import type {SnapshotNodes} from './snapshot-nodes.js'

export type Edge = {
  /** Objects; the source can be ROOT. */
  readonly source: number
  readonly target: number
  /** Its number among the references of the source, from 0. */
  readonly place: number
  readonly isOwning: boolean
}

export class SnapshotEdges {
  readonly #graph: HeapGraph
  readonly #nodes: SnapshotNodes
  /** By node: the last round in which it was reached. */
  readonly #reachedIn: Int32Array
  #round = 0
  readonly #roots: ReadonlyMap<number, boolean>
  #lastArray = NONE
  #elements = 0

  constructor(graph: HeapGraph, nodes: SnapshotNodes) {
    this.#graph = graph
    this.#nodes = nodes
    this.#reachedIn = new Int32Array(nodes.count)
    this.#roots = rootsOf(graph)
  }

  /** Visits one edge to each node that `node` refers to, an owning one if there is any. */
  each(node: number, visit: (edge: Edge) => void): void {
    const {first, members, nodeOf} = this.#nodes
    const reachedIn = this.#reachedIn
    const round = ++this.#round
    const others: Edge[] = []
    const visitOnce = (edge: Edge) => {
      const reached = nodeOf[edge.target]
      if (reached === NO_NODE || reached === node || reachedIn[reached] === round) return
      reachedIn[reached] = round
      visit(edge)
    }

    for (let at = first[node]; at < first[node + 1]; at++) {
      this.#eachOf(members[at], edge => {
        if (edge.isOwning) visitOnce(edge)
        else others.push(edge)
      })
    }

    for (const edge of others) visitOnce(edge)
  }

  /** How the source holds the target; null if there is no word for it. */
  name({source, target}: Edge): string | null {
    const {heap, root} = this.#graph
    return source === root
      ? (rootLabel(heap, target)?.replace(/^ROOT /, '') ?? null)
      : referenceLabel(heap, source, target)
  }

  /**
   * Whether its place is the index of an element. In most Arrays it is not: Ruby lists no numbers, symbols, true, false
   * and nil.
   */
  isElement({place, source}: Edge): boolean {
    if (source !== this.#lastArray) {
      this.#lastArray = source
      this.#elements = elementsOf(this.#graph, source)
    }

    return place < this.#elements
  }

  #eachOf(source: number, visit: (edge: Edge) => void): void {
    const graph = this.#graph
    let place = 0
    if (source === graph.root) {
      for (const [target, isOwning] of this.#roots) visit({isOwning, place: place++, source, target})
      return
    }

    const {classes} = graph.heap.columns
    graph.eachReference(source, (target, strength) => {
      const isOwning = graph.owns(source, target, strength)
      // The name of a node shows its class.
      if (isOwning || target !== classes[source]) visit({isOwning, place, source, target})
      place++
    })
  }
}

/** The number of elements of an Array that lists all of them; otherwise 0. */
function elementsOf({heap: {columns}, root}: HeapGraph, source: number): number {
  const {edges, firstEdge, sizes, types} = columns
  if (source === root || types[source] !== TYPE.ARRAY) return 0
  const elements = edges.subarray(firstEdge[source], firstEdge[source + 1])
  return sizes[source] === elements.length && !elements.includes(NONE) ? elements.length : 0
}

/** What roots hold, and whether they own it. */
function rootsOf({heap, owned: {strengths}}: HeapGraph): ReadonlyMap<number, boolean> {
  const {roots} = heap.columns
  const held = new Map<number, boolean>()
  const hold = (target: number, strength: number) => {
    held.set(target, (held.get(target) ?? false) || strength === strengths[target])
  }

  for (let at = 0; at < roots.length; at++) if (roots[at] !== NONE) hold(roots[at], rootStrength(heap, at))
  for (const thread of recordsOf(heap).stacks.keys()) hold(thread, STRENGTH.owning)
  return held
}
