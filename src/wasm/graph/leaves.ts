// Leaves: nodes without edges to which exactly one edge leads. Its source dominates them, whatever the rest of the graph looks like; two
// thirds of the objects of a heap are leaves (strings above all), and the algorithms have a third of the nodes left.
import {get} from '../words-of-memory'

/** Marks leaves with 1, other nodes with 0, in a byte each (all zero before). The root is never one. Returns how many there are. */
export function markLeaves(nodeCount: i32, firstEdge: usize, edges: usize, root: i32, flags: usize): i32 {
  // How many edges lead to each node: none, one, more.
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
