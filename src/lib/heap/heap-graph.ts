// Who holds whom: the dominator tree over the owning references, with what each object retains. Only `heap.graph` makes one.
import {type DominatorTree, dominatorTree, eachSource} from '../graph/dominators.js'
import {type PathParent, pathTo, shortestPaths} from '../graph/breadth-first.js'
import {childrenOf, type Retained, retained} from '../graph/retained.js'
import type {Scratch} from '../wasm/scratch.js'
import type {Heap} from './heap.js'
import {eachReference, type OwnedHeap, ownedHeap, UNREACHED} from './ownership.js'

export class HeapGraph {
  /** The node that stands for all roots; other nodes are objects' indexes. */
  readonly root: number
  readonly owned: OwnedHeap
  /** Tells the node before another one on a shortest path of owning references from `root`; NO_NODE for `root` and for garbage. */
  readonly pathParent: PathParent
  readonly tree: DominatorTree
  /** Sizes in bytes. */
  readonly retained: Retained
  /** An entry a node and one more. */
  readonly scratch: Scratch

  constructor(readonly heap: Heap) {
    this.scratch = heap.scratch
    const {graph, owned} = ownedHeap(heap, this.scratch)
    this.owned = owned
    this.root = owned.root
    this.tree = dominatorTree(graph, this.root, this.scratch)
    // Hardly a report goes without, and the graph's memory can go to what comes next.
    this.pathParent = shortestPaths(graph, this.tree, this.scratch)
    this.scratch.give(graph.firstEdge, graph.edges)
    // ROOT comes after all objects, and has no size of its own.
    this.retained = retained(this.tree, heap.memsizes, this.scratch)
  }

  /** Bytes by node. */
  get retainedSizes(): Retained['sizes'] {
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

  /** Who owns a node, once for each reference; `root` for a root's. */
  eachOwner(node: number, visit: (owner: number) => void): void {
    eachSource(this.tree, node, visit)
  }

  /** What a node dominates immediately. */
  childrenOf(node: number): readonly number[] {
    return childrenOf(this.retained, node)
  }

  /** Shortest path of owning references: indexes from what a root holds to `node`. */
  pathFromRoot(node: number): readonly number[] {
    return pathTo(this.pathParent, node).filter(step => step !== this.root)
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
