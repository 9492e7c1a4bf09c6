// Depth-first numbering without recursion: chains of a million nodes are real (a linked list), a call stack of that depth is not.
import {type Graph, NO_NODE} from './graph.js'
import type {Leaves} from './leaves.js'
import {Scratch} from './scratch.js'

export type DepthFirstTree = {
  /** How many nodes the root reaches, itself included, leaves not. */
  readonly count: number
  /** Preorder number by node; NO_NODE for leaves, and where the root does not reach. */
  readonly numbers: Int32Array
  /** Node by preorder number, then the leaves that the root reaches. */
  readonly nodes: Int32Array
  /** Preorder number of the parent, by preorder number; the root's is 0. */
  readonly parents: Int32Array
  /** By node: the one before each leaf that the root reaches; NO_NODE for all others. */
  readonly leafParents: Int32Array
}

/** `parents` is the scratch's: whoever has no more use for it gives it back. Without `leaves` no node counts as one. */
export function depthFirst(
  {nodeCount, firstEdge, edges}: Graph,
  root: number,
  leaves: Leaves = {count: 0, flags: new Uint8Array(nodeCount)},
  scratch = new Scratch(nodeCount + 1),
): DepthFirstTree {
  const {flags} = leaves
  const most = nodeCount - leaves.count
  const numbers = scratch.take(nodeCount).fill(NO_NODE)
  const leafParents = scratch.take(nodeCount).fill(NO_NODE)
  const nodes = scratch.take()
  const parents = scratch.take(most)
  parents[0] = 0
  // Where to go on in each open node above the current one, by preorder number. Those are the current node's ancestors, so `parents` is
  // the stack.
  const cursors = scratch.take(most)
  let count = 1
  // Leaves come from the end.
  let leavesStart = nodeCount
  numbers[root] = 0
  nodes[0] = root

  let current = 0
  let currentNode = root
  let cursor = firstEdge[root]
  let end = firstEdge[root + 1]
  for (;;) {
    if (cursor === end) {
      if (current === 0) break
      current = parents[current]
      currentNode = nodes[current]
      cursor = cursors[current]
      end = firstEdge[currentNode + 1]
      continue
    }

    const node = edges[cursor++]
    if (flags[node] === 1) {
      leafParents[node] = currentNode
      nodes[--leavesStart] = node
      continue
    }

    if (numbers[node] !== NO_NODE) continue
    const number = count++
    numbers[node] = number
    nodes[number] = node
    parents[number] = current
    const first = firstEdge[node]
    const last = firstEdge[node + 1]
    if (first === last) continue
    cursors[current] = cursor
    current = number
    currentNode = node
    cursor = first
    end = last
  }

  scratch.give(cursors)
  nodes.copyWithin(count, leavesStart, nodeCount)
  return {count, leafParents, nodes: nodes.subarray(0, count + nodeCount - leavesStart), numbers, parents}
}
