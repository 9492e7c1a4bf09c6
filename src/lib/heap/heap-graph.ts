// Who holds whom: the dominator tree over the owning references, with what each object retains. Computed once, when first asked.
import {type DominatorTree, dominatorTree} from '../graph/dominators.js'
import type {Graph} from '../graph/graph.js'
import {reverse} from '../graph/graph.js'
import {pathTo, shortestPathParents} from '../graph/breadth-first.js'
import {dominated, retainedCounts, retainedSizes} from '../graph/retained.js'
import type {Heap} from './heap.js'
import {eachReference, type OwnedHeap, ownedHeap, UNREACHED} from './ownership.js'

export class HeapGraph {
  /** The node that stands for all roots; other nodes are objects' indexes. */
  readonly root: number
  readonly owned: OwnedHeap
  readonly tree: DominatorTree
  /** Bytes by node. */
  readonly retainedSizes: Float64Array
  readonly retainedCounts: Int32Array
  /** From each node to what it dominates immediately. */
  readonly children: Graph
  #shortest: Int32Array | null = null
  #reversed: Graph | null = null

  constructor(readonly heap: Heap) {
    this.owned = ownedHeap(heap)
    this.root = this.owned.root
    this.tree = dominatorTree(this.owned.graph, this.root)
    this.retainedSizes = retainedSizes(this.tree, node => (node === this.root ? 0 : heap.memsize(node)))
    this.retainedCounts = retainedCounts(this.tree)
    this.children = dominated(this.tree)
  }

  isReachable(index: number): boolean {
    return this.owned.strengths[index] !== UNREACHED
  }

  /** The immediate dominator; `root` for what no single object holds. */
  dominator(node: number): number {
    return this.tree.dominators[node]
  }

  /** The node before each one on a shortest path of owning references from `root`. */
  get pathParents(): Int32Array {
    this.#shortest ??= shortestPathParents(this.owned.graph, this.root)
    return this.#shortest
  }

  /** Shortest path of owning references: indexes from what a root holds to `node`. */
  pathFromRoot(node: number): readonly number[] {
    return pathTo(this.pathParents, node).filter(step => step !== this.root)
  }

  /** Every reference of an object with its strength, the one to its class included; repeats as the dump has them. */
  eachReference(source: number, visit: (target: number, strength: number) => void): void {
    eachReference(this.heap, this.owned.records, source, visit)
  }

  /** A reference of this strength is on a strongest path to its target. */
  owns(source: number, target: number, strength: number): boolean {
    return this.isReachable(source) && Math.max(this.owned.strengths[source], strength) === this.owned.strengths[target]
  }

  /** Owning references turned round. */
  get owners(): Graph {
    this.#reversed ??= reverse(this.owned.graph)
    return this.#reversed
  }
}
