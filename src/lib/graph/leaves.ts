// Leaves: nodes without edges to which exactly one edge leads. Its source dominates them, whatever the rest of the graph looks like; two
// thirds of the objects of a heap are leaves (strings above all), and the algorithms have a third of the nodes left.
import type {Graph} from './graph.js'

export type Leaves = {
  /** 1 by node for a leaf, else 0. */
  readonly flags: Uint8Array
  readonly count: number
}

/** The root is never one. */
export function leavesOf({nodeCount, firstEdge, edges}: Graph, root: number): Leaves {
  // How many edges lead to each node: none, one, more.
  const flags = new Uint8Array(nodeCount)
  const edgeCount = firstEdge[nodeCount]
  for (let at = 0; at < edgeCount; at++) if (flags[edges[at]] < 2) flags[edges[at]]++
  flags[root] = 0
  let count = 0
  for (let node = 0; node < nodeCount; node++) {
    if (flags[node] !== 1 || firstEdge[node] !== firstEdge[node + 1]) flags[node] = 0
    count += flags[node]
  }

  return {count, flags}
}
