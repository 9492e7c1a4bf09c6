// Who holds whom: the dominator tree over the owning references, with what each object retains. Computed once, when first asked.
import {type DominatorTree, dominatorTree} from '../graph/dominators.js'
import type {Graph} from '../graph/graph.js'
import {reverse} from '../graph/graph.js'
import {pathTo, shortestPathParents} from '../graph/breadth-first.js'
import {dominated, type Retained, retained} from '../graph/retained.js'
import {Scratch} from '../graph/scratch.js'
import type {Heap} from './heap.js'
import {eachReference, type OwnedHeap, ownedHeap, UNREACHED} from './ownership.js'

export class HeapGraph {
  /** The node that stands for all roots; other nodes are objects' indexes. */
  readonly root: number
  readonly owned: OwnedHeap
  readonly tree: DominatorTree
  /** Sizes in bytes. */
  readonly retained: Retained
  /** From each node to what it dominates immediately. */
  readonly children: Graph
  /** Owning references turned round. */
  readonly owners: Graph
  /** An entry a node and one more. */
  readonly scratch: Scratch
  #shortest: Int32Array | null = null

  constructor(readonly heap: Heap) {
    this.scratch = new Scratch(heap.count + 2, heap.takeSpare())
    this.owned = ownedHeap(heap, this.scratch)
    this.root = this.owned.root
    this.owners = reverse(this.owned.graph, this.scratch)
    this.tree = dominatorTree(this.owned.graph, this.root, this.owners, this.scratch)
    // ROOT comes after all objects, and has no size of its own.
    this.retained = retained(this.tree, heap.memsizes)
    this.children = dominated(this.tree, this.scratch)
  }

  /** Bytes by node. */
  get retainedSizes(): Float64Array {
    return this.retained.sizes
  }

  get retainedCounts(): Int32Array {
    return this.retained.counts
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
    this.#shortest ??= shortestPathParents(this.owned.graph, this.root, this.scratch)
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
}
