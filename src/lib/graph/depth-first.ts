// Depth-first numbering without recursion: chains of a million nodes are real (a linked list), a call stack of that depth is not.
import {type Graph, NO_NODE} from './graph.js'

export type DepthFirstTree = {
  /** How many nodes the root reaches, itself included. */
  readonly count: number
  /** Preorder number by node; NO_NODE where the root does not reach. */
  readonly numbers: Int32Array
  /** Node by preorder number. */
  readonly nodes: Int32Array
  /** Preorder number of the parent, by preorder number; the root's is 0. */
  readonly parents: Int32Array
}

export function depthFirst({nodeCount, firstEdge, edges}: Graph, root: number): DepthFirstTree {
  const numbers = new Int32Array(nodeCount).fill(NO_NODE)
  const nodes = new Int32Array(nodeCount)
  const parents = new Int32Array(nodeCount)
  // Where to go on in each node that is open, by preorder number. The open nodes are the current one and its ancestors, so
  // `parents` is the stack.
  const cursors = new Int32Array(nodeCount)
  let count = 1
  numbers[root] = 0
  nodes[0] = root
  cursors[0] = firstEdge[root]

  let current = 0
  for (;;) {
    const end = firstEdge[nodes[current] + 1]
    let cursor = cursors[current]
    while (cursor < end && numbers[edges[cursor]] !== NO_NODE) cursor++
    if (cursor === end) {
      if (current === 0) break
      current = parents[current]
      continue
    }

    cursors[current] = cursor + 1
    const node = edges[cursor]
    numbers[node] = count
    nodes[count] = node
    parents[count] = current
    cursors[count] = firstEdge[node]
    current = count++
  }

  return {count, nodes: nodes.subarray(0, count), numbers, parents: parents.subarray(0, count)}
}
