// What would be freed with a node: the sizes of all that it dominates.
import type {DominatorTree} from './dominators.js'
import {Scratch} from './scratch.js'
import type {Graph} from './graph.js'

export type Retained = {
  /** In the unit of the nodes' own sizes; 0 where the root does not reach. */
  readonly sizes: Float64Array
  /** How many nodes each node dominates, itself included. */
  readonly counts: Int32Array
}

/** What each node retains. `ownSizes`: by node; nodes beyond its end have none. */
export function retained({dominators, order, root}: DominatorTree, ownSizes: ArrayLike<number>): Retained {
  const sizes = new Float64Array(dominators.length)
  const counts = new Int32Array(dominators.length)
  const known = ownSizes.length
  for (let at = order.length - 1; at > 0; at--) {
    const node = order[at]
    const dominator = dominators[node]
    if (node < known) sizes[node] += ownSizes[node]
    counts[node]++
    sizes[dominator] += sizes[node]
    counts[dominator] += counts[node]
  }

  if (root < known) sizes[root] += ownSizes[root]
  counts[root]++
  return {counts, sizes}
}

/** The dominator tree as a graph: edges lead from each node to what it dominates immediately. */
export function dominated({dominators, order}: DominatorTree, scratch = new Scratch(dominators.length + 1)): Graph {
  const nodeCount = dominators.length
  const firstEdge = scratch.take().fill(0)
  for (let at = 1; at < order.length; at++) firstEdge[dominators[order[at]] + 1]++
  for (let node = 0; node < nodeCount; node++) firstEdge[node + 1] += firstEdge[node]
  const edges = scratch.take().subarray(0, Math.max(0, order.length - 1))
  for (let at = 1; at < order.length; at++) edges[firstEdge[dominators[order[at]]]++] = order[at]
  firstEdge.copyWithin(1, 0, nodeCount)
  firstEdge[0] = 0
  return {edges, firstEdge, nodeCount}
}

/** One way to sort nodes into groups: `groupOf[node]`, NO_NODE for none, as is every node beyond its end. */
export type Grouping = {readonly groupOf: Int32Array; readonly groupCount: number}

/**
 * Retained size of each group: the union of what its members dominate, so that a member below another member counts once. What a node
 * dominates is an interval of the tree's preorder, so a member is below another one if it comes before that one's end: two sweeps for
 * all groupings, no stack.
 */
export function groupRetainedSizes(
  {dominators, order, root}: DominatorTree,
  {counts, sizes}: Retained,
  groupings: readonly Grouping[],
  scratch = new Scratch(dominators.length + 1),
): Float64Array[] {
  // Where the next child of each node begins; the node itself while it has none.
  const next = scratch.take()
  const preorder = scratch.take()
  preorder[0] = root
  next[root] = 1
  for (let at = 1; at < order.length; at++) {
    const node = order[at]
    const dominator = dominators[node]
    const place = next[dominator]
    next[dominator] = place + counts[node]
    next[node] = place + 1
    preorder[place] = node
  }

  const results = groupings.map(({groupOf, groupCount}) => {
    const retainedOf = new Float64Array(groupCount)
    const ends = new Int32Array(groupCount)
    for (let place = 0; place < order.length; place++) {
      const node = preorder[place]
      const group = groupOf[node]
      // ROOT is a node and may be in no group at all.
      if (!(group >= 0) || place < ends[group]) continue
      retainedOf[group] += sizes[node]
      ends[group] = place + counts[node]
    }

    return retainedOf
  })
  scratch.give(next, preorder)
  return results
}
