// Bytes of a dump that the app does not hold: reserved and mostly unused thread stacks, the allocation tracer and the
// agent.
import {onceAHeap} from '../../heap/once-a-heap.js'
import type {Heap} from '../../heap/heap.js'
import {tracersOf} from '../../heap/ownership.js'
import type {Only} from '../../heap/scans/scan.js'
import {agentObjects, isAgents} from './agent-objects.js'
import {reservedStack} from './reserved-stack.js'

type Piece = {readonly index: number; readonly bytes: number}

export class Aside {
  /** Live objects of the tracer and the agent as a whole; and the stacks of the other live threads. */
  readonly whole: readonly Piece[]
  readonly stacks: readonly Piece[]
  readonly #heap: Heap
  /** Positions of the pieces in an order in which everything a node dominates directly follows it. */
  readonly #places: readonly number[]
  /** For each piece, the bytes of all pieces before it, and how many of those are whole objects. */
  readonly #sums: readonly number[]
  readonly #wholes: readonly number[]

  constructor(heap: Heap) {
    const {graph} = heap
    const {counts, ends} = graph.retained
    const alive = (indexes: readonly number[], bytesOf: (index: number) => number): Piece[] =>
      indexes
        .filter(index => graph.isReachable(index))
        .map(index => ({bytes: bytesOf(index), index}))
        .filter(({bytes}) => bytes > 0)
    const ofApp = (indexes: readonly number[]) => indexes.filter(index => !isAgents(heap, index))
    this.#heap = heap
    this.whole = alive([...ofApp(tracersOf(heap)), ...agentObjects(heap).indexes], index => heap.memsize(index))
    this.stacks = alive(ofApp(heap.natives('VM/thread')), index => reservedStack(heap, index))
    const [whole, stacks] = [this.whole, this.stacks].map((pieces, at) =>
      pieces.map(piece => ({...piece, isWhole: at === 0})),
    )
    const placed = [...whole, ...stacks]
      .map(({bytes, index, isWhole}) => ({bytes, isWhole, place: ends[index] - counts[index]}))
      .toSorted((a, b) => a.place - b.place)
    this.#places = placed.map(({place}) => place)
    let sum = 0
    this.#sums = [0, ...placed.map(({bytes}) => (sum += bytes))]
    let wholes = 0
    this.#wholes = [0, ...placed.map(({isWhole}) => (wholes += isWhole ? 1 : 0))]
  }

  get bytes(): number {
    return this.#sums[this.#sums.length - 1]
  }

  /** Bytes in a node and everything it dominates. */
  below(node: number): number {
    const {counts, ends} = this.#heap.graph.retained
    return this.#sums[this.#before(ends[node])] - this.#sums[this.#before(ends[node] - counts[node])]
  }

  /** Bytes in these nodes and everything they dominate; nothing is counted twice. */
  belowAll(nodes: readonly number[]): number {
    const {counts, ends} = this.#heap.graph.retained
    let done = 0
    let bytes = 0
    for (const node of nodes.toSorted((a, b) => ends[a] - counts[a] - (ends[b] - counts[b]))) {
      if (ends[node] <= done) continue
      bytes += this.below(node)
      done = ends[node]
    }

    return bytes
  }

  /** Whole objects in a node and everything it dominates. */
  objectsBelow(node: number): number {
    const {counts, ends} = this.#heap.graph.retained
    return this.#wholes[this.#before(ends[node])] - this.#wholes[this.#before(ends[node] - counts[node])]
  }

  /**
   * Bytes by group, in everything its members dominate; nothing is counted twice. Linear in the nodes above the pieces.
   * `only`: marks the objects that are members.
   */
  byGroup(groupOf: Int32Array, groups: number, only: Only): Float64Array {
    const {
      retained: {counts, ends},
      tree: {dominators},
    } = this.#heap.graph
    const above = new Set<number>()
    for (const {index} of [...this.whole, ...this.stacks]) {
      for (let node = index; node < this.#heap.count && !above.has(node); node = dominators[node]) above.add(node)
    }

    const bytesOf = new Float64Array(groups)
    const done = new Int32Array(groups)
    // A member comes before the nodes that it dominates.
    for (const node of [...above].toSorted((a, b) => ends[a] - counts[a] - (ends[b] - counts[b]))) {
      const group = groupOf[node]
      if (group < 0 || ends[node] <= done[group] || only?.[node] === 0) continue
      bytesOf[group] += this.below(node)
      done[group] = ends[node]
    }

    return bytesOf
  }

  /** The number of pieces before a position. */
  #before(place: number): number {
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#places[middle] < place) low = middle + 1
      else high = middle
    }

    return low
  }
}

export const asideOf = onceAHeap(heap => new Aside(heap))
