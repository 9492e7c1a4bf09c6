// Who holds whom: the dominator tree over the owning references, with what each object retains. Computed once, when first asked.
import {type DominatorTree, dominatorTree} from '../graph/dominators.js'
import type {Graph} from '../graph/graph.js'
import {reverse} from '../graph/graph.js'
import {pathTo, shortestPathParents} from '../graph/breadth-first.js'
import {dominated, retainedCounts, retainedSizes} from '../graph/retained.js'
import type {Heap} from './heap.js'
import {type OwnedHeap, ownedHeap, UNREACHED} from './ownership.js'

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

  /** Shortest path of owning references: indexes from what a root holds to `node`. */
  pathFromRoot(node: number): readonly number[] {
    this.#shortest ??= shortestPathParents(this.owned.graph, this.root)
    return pathTo(this.#shortest, node).filter(step => step !== this.root)
  }

  /** Owning references turned round. */
  get owners(): Graph {
    this.#reversed ??= reverse(this.owned.graph)
    return this.#reversed
  }
}
