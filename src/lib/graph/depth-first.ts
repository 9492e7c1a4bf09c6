// Depth-first numbering without recursion: chains of a million nodes are real (a linked list), a call stack of that depth is not.
import {type Graph, NO_NODE} from './graph.js'
import {Scratch} from './scratch.js'

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

/** `parents` is the scratch's: whoever has no more use for it gives it back. */
export function depthFirst({nodeCount, firstEdge, edges}: Graph, root: number, scratch = new Scratch(nodeCount + 1)): DepthFirstTree {
  const numbers = scratch.keep(nodeCount).fill(NO_NODE)
  const nodes = scratch.keep(nodeCount)
  const parents = scratch.take()
  parents[0] = 0
  // Where to go on in each open node above the current one, by preorder number. Those are the current node's ancestors, so `parents` is
  // the stack. What has no edges (nearly all strings) is numbered and never opened.
  const cursors = scratch.take()
  let count = 1
  numbers[root] = 0
  nodes[0] = root

  let current = 0
  let cursor = firstEdge[root]
  let end = firstEdge[root + 1]
  for (;;) {
    if (cursor === end) {
      if (current === 0) break
      current = parents[current]
      cursor = cursors[current]
      end = firstEdge[nodes[current] + 1]
      continue
    }

    const node = edges[cursor++]
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
    cursor = first
    end = last
  }

  scratch.give(cursors)
  return {count, nodes: nodes.subarray(0, count), numbers, parents}
}
