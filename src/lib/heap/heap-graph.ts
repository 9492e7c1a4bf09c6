// The dominator tree over the owning references, with what each object retains. Only `heap.graph` creates it.
import {type DominatorTree, dominatorTree, eachSource} from '../graph/dominators.js'
import {type PathParent, pathTo, shortestPaths} from '../graph/breadth-first.js'
import {childrenOf, type Retained, retained} from '../graph/retained.js'
import type {Scratch} from '../wasm/scratch.js'
import type {Heap} from './heap.js'
import {eachReference, type OwnedHeap, ownedHeap, UNREACHED} from './ownership.js'

export class HeapGraph {
  /** The node that represents all roots; other nodes are object indexes. */
  readonly root: number
  readonly owned: OwnedHeap
  /** The previous node on a shortest path of owning references from `root`; NO_NODE for `root` and for garbage. */
  readonly pathParent: PathParent
  readonly tree: DominatorTree
  /** Sizes in bytes. */
  readonly retained: Retained
  /** Columns have one entry per node and one more. */
  readonly scratch: Scratch

  constructor(readonly heap: Heap) {
    this.scratch = heap.scratch
    const {graph, owned} = ownedHeap(heap, this.scratch)
    this.owned = owned
    this.root = owned.root
    this.tree = dominatorTree(graph, this.root, this.scratch)
    // Nearly every report needs the paths, and afterwards the graph's memory can be reused.
    this.pathParent = shortestPaths(graph, this.tree, this.scratch)
    this.scratch.give(graph.firstEdge, graph.edges)
    // ROOT comes after all objects and has no size.
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

  /** The immediate dominator; `root` if no single object holds it. */
  dominator(node: number): number {
    return this.tree.dominators[node]
  }

  /** Visits the owners of a node, once for each reference; `root` for a root's reference. */
  eachOwner(node: number, visit: (owner: number) => void): void {
    eachSource(this.tree, node, visit)
  }

  /** The nodes that a node immediately dominates. */
  childrenOf(node: number): readonly number[] {
    return childrenOf(this.retained, node)
  }

  /** The shortest path of owning references, from an object that a root holds to `node`, as indexes. */
  pathFromRoot(node: number): readonly number[] {
    return pathTo(this.pathParent, node).filter(step => step !== this.root)
  }

  /**
   * Visits every reference of an object with its strength, including the one to its class; with repeats, as in the
   * dump.
   */
  eachReference(source: number, visit: (target: number, strength: number) => void): void {
    eachReference(this.heap, this.owned.records, source, visit)
  }

  /** Whether a reference of this strength is on a strongest path to its target. */
  owns(source: number, target: number, strength: number): boolean {
    return this.isReachable(source) && Math.max(this.owned.strengths[source], strength) === this.owned.strengths[target]
  }
}
