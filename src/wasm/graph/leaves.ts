// Leaves: nodes without edges that exactly one edge leads to. Its source dominates them, whatever the rest of the graph
// looks like. Two thirds of a heap's objects are leaves (mostly strings), so only a third of the nodes is left for the
// algorithms.
import {get} from '../words-of-memory'

/**
 * Marks leaves with 1 and other nodes with 0, one byte each (initially zero). The root is never a leaf. Returns the
 * number of leaves.
 */
export function markLeaves(nodeCount: i32, firstEdge: usize, edges: usize, root: i32, flags: usize): i32 {
  // First counts the edges to each node: none, one, more.
  const edgeCount = get(firstEdge, nodeCount)
  for (let at = 0; at < edgeCount; at++) {
    const target = flags + <usize>get(edges, at)
    const met = load<u8>(target)
    if (met < 2) store<u8>(target, met + 1)
  }

  store<u8>(flags + <usize>root, 0)
  let count = 0
  for (let node = 0; node < nodeCount; node++) {
    const isLeaf = load<u8>(flags + <usize>node) == 1 && get(firstEdge, node) == get(firstEdge, node + 1)
    store<u8>(flags + <usize>node, <u8>isLeaf)
    count += <i32>isLeaf
  }

  return count
}
