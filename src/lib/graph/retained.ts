// What would be freed with a node: the sizes of all that it dominates.
import type {DominatorTree} from './dominators.js'
import {type Graph, NO_NODE} from './graph.js'

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
 * Retained size of each group: the union of what its members dominate, so that a member below another member counts once. One walk
 * over the tree for all groupings.
 */
export function groupRetainedSizes(tree: DominatorTree, children: Graph, sizes: Float64Array, groupings: readonly Grouping[]): Float64Array[] {
  const results = groupings.map(({groupCount}) => new Float64Array(groupCount))
  const open = groupings.map(({groupCount}) => new Int32Array(groupCount))
  const {firstEdge, edges} = children
  const cursors = firstEdge.slice()
  const {dominators, root} = tree
  for (let node = root; ; ) {
    if (cursors[node] === firstEdge[node]) {
      for (let index = 0; index < groupings.length; index++) {
        const group = groupings[index].groupOf[node] ?? NO_NODE
        if (group !== NO_NODE && open[index][group]++ === 0) results[index][group] += sizes[node]
      }
    }

    if (cursors[node] < firstEdge[node + 1]) {
      const child = edges[cursors[node]++]
      if (firstEdge[child] < firstEdge[child + 1]) {
        node = child
      } else {
        // A leaf, as most are, is entered and left at once.
        for (let index = 0; index < groupings.length; index++) {
          const group = groupings[index].groupOf[child]
          if (group !== NO_NODE && open[index][group] === 0) results[index][group] += sizes[child]
        }
      }

      continue
    }

    for (let index = 0; index < groupings.length; index++) {
      const group = groupings[index].groupOf[node] ?? NO_NODE
      if (group !== NO_NODE) open[index][group]--
    }

    if (node === root) return results
    node = dominators[node]
  }
}
