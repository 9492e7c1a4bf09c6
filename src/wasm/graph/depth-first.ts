// Depth-first numbering without recursion: chains of a million nodes exist (linked lists), call stacks of that depth do
// not.
import {fill, get, NO_NODE, set} from '../words-of-memory'

/** The number of leaves reached by the last numbering. */
export let leafCount: i32 = 0

/**
 * Numbers the nodes that the root reaches in preorder, without leaves. Returns how many there are. Written by node:
 * `numbers`, NO_NODE for leaves and unreached nodes; `leafParents`, NO_NODE for all but reached leaves. Written by
 * number: `nodes`, followed by the leaves, and `parents`, which are numbers. Overwrites `cursors`.
 */
export function depthFirst(
  nodeCount: i32, firstEdge: usize, edges: usize, root: i32, leaves: usize, numbers: usize, leafParents: usize, nodes: usize, parents: usize,
  cursors: usize,
): i32 {
  fill(numbers, nodeCount, NO_NODE)
  fill(leafParents, nodeCount, NO_NODE)
  let count = 1
  // Leaves are collected from the end.
  let leavesStart = nodeCount
  set(numbers, root, 0)
  set(nodes, 0, root)
  set(parents, 0, 0)

  let current = 0
  let currentNode = root
  let cursor = get(firstEdge, root)
  let end = get(firstEdge, root + 1)
  while (true) {
    if (cursor == end) {
      if (current == 0) break
      // Unfinished nodes are ancestors of the current one, so `parents` is the stack, and `cursors` has where to resume
      // each.
      current = get(parents, current)
      currentNode = get(nodes, current)
      cursor = get(cursors, current)
      end = get(firstEdge, currentNode + 1)
      continue
    }

    const node = get(edges, cursor++)
    if (load<u8>(leaves + <usize>node) == 1) {
      set(leafParents, node, currentNode)
      set(nodes, --leavesStart, node)
      continue
    }

    if (get(numbers, node) != NO_NODE) continue
    const number = count++
    set(numbers, node, number)
    set(nodes, number, node)
    set(parents, number, current)
    const first = get(firstEdge, node)
    const last = get(firstEdge, node + 1)
    if (first == last) continue
    set(cursors, current, cursor)
    current = number
    currentNode = node
    cursor = first
    end = last
  }

  leafCount = nodeCount - leavesStart
  // Puts the leaves in the order in which they were reached.
  for (let low = leavesStart, high = nodeCount - 1; low < high; low++, high--) {
    const node = get(nodes, low)
    set(nodes, low, get(nodes, high))
    set(nodes, high, node)
  }

  memory.copy(nodes + (<usize>count << 2), nodes + (<usize>leavesStart << 2), <usize>leafCount << 2)
  return count
}
