// Bytes that are set aside for threads' stacks, and hardly touched: no part of what anybody holds.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {reservedStack} from '../threads.js'

export class ReservedStacks {
  /** Of threads that have one: their places in the order in which all that a node dominates comes right after it. */
  readonly #places: readonly number[]
  /** Bytes of all threads before one. */
  readonly #sums: readonly number[]

  constructor(readonly graph: HeapGraph) {
    const {heap, retained: {counts, ends}} = graph
    const threads = heap
      .natives('VM/thread')
      .filter(thread => graph.isReachable(thread) && reservedStack(heap, thread) > 0)
      .map(thread => ({bytes: reservedStack(heap, thread), place: ends[thread] - counts[thread]}))
      .toSorted((a, b) => a.place - b.place)
    this.#places = threads.map(({place}) => place)
    let sum = 0
    this.#sums = [0, ...threads.map(({bytes}) => (sum += bytes))]
  }

  /** Of the node and all that it dominates. */
  below(node: number): number {
    const {counts, ends} = this.graph.retained
    return this.#before(ends[node]) - this.#before(ends[node] - counts[node])
  }

  /** Of threads at places before one. */
  #before(place: number): number {
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#places[middle] < place) low = middle + 1
      else high = middle
    }

    return this.#sums[low]
  }
}
