// What would be freed with a node: the sizes of all that it dominates.
import type {DominatorTree} from './dominators.js'
import type {Graph} from './graph.js'

/** Retained size by node, in the unit of `sizeOf`; 0 where the root does not reach. */
export function retainedSizes({dominators, order}: DominatorTree, sizeOf: (node: number) => number): Float64Array {
  const sizes = new Float64Array(dominators.length)
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]
    sizes[node] += sizeOf(node)
    if (at > 0) sizes[dominators[node]] += sizes[node]
  }

  return sizes
}

/** How many nodes each node dominates, itself included. */
export function retainedCounts({dominators, order}: DominatorTree): Int32Array {
  const counts = new Int32Array(dominators.length)
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]
    counts[node]++
    if (at > 0) counts[dominators[node]] += counts[node]
  }

  return counts
}

/** The dominator tree as a graph: edges lead from each node to what it dominates immediately. */
export function dominated({dominators, order}: DominatorTree): Graph {
  const nodeCount = dominators.length
  const firstEdge = new Int32Array(nodeCount + 1)
  for (let at = 1; at < order.length; at++) firstEdge[dominators[order[at]] + 1]++
  for (let node = 0; node < nodeCount; node++) firstEdge[node + 1] += firstEdge[node]
  const edges = new Int32Array(Math.max(0, order.length - 1))
  for (let at = 1; at < order.length; at++) edges[firstEdge[dominators[order[at]]]++] = order[at]
  firstEdge.copyWithin(1, 0, nodeCount)
  firstEdge[0] = 0
  return {edges, firstEdge, nodeCount}
}

/** One way to sort nodes into groups: `groupOf[node]`, NO_NODE for none, as is every node beyond its end. */
export type Grouping = {readonly groupOf: Int32Array; readonly groupCount: number}

/**
 * Retained size of each group: the union of what its members dominate, so that a member below another member counts once. `counts` and
 * `sizes` are those of retainedCounts and retainedSizes. What a node dominates is an interval of the tree's preorder, so a member is
 * below another one if it comes before that one's end: two sweeps for all groupings, no stack.
 */
export function groupRetainedSizes(
  {dominators, order, root}: DominatorTree,
  counts: Int32Array,
  sizes: Float64Array,
  groupings: readonly Grouping[],
): Float64Array[] {
  // Where the next child of each node begins; the node itself while it has none.
  const next = new Int32Array(dominators.length)
  const preorder = new Int32Array(order.length)
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

  return groupings.map(({groupOf, groupCount}) => {
    const results = new Float64Array(groupCount)
    const ends = new Int32Array(groupCount)
    for (let place = 0; place < preorder.length; place++) {
      const node = preorder[place]
      const group = groupOf[node]
      // ROOT is a node and may be in no group at all.
      if (!(group >= 0) || place < ends[group]) continue
      results[group] += sizes[node]
      ends[group] = place + counts[node]
    }

    return results
  })
}
