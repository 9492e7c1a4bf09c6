// A directed graph in compressed sparse rows: 4 bytes a node and 4 an edge, nothing else.
import {Scratch} from './scratch.js'

/** No node: an unreached one's parent, the root's dominator. */
export const NO_NODE = -1

export type Graph = {
  /** Nodes are 0 … nodeCount − 1. */
  readonly nodeCount: number
  /** Edges of node i are `edges[firstEdge[i]] … edges[firstEdge[i + 1] - 1]`; nodeCount + 1 entries. */
  readonly firstEdge: Int32Array
  /** Targets; repeats and loops are allowed. */
  readonly edges: Int32Array
}

/** The graph with every edge turned round. Time and memory linear in nodes and edges. */
export function reverse({nodeCount, firstEdge, edges}: Graph, scratch = new Scratch(nodeCount + 1)): Graph {
  const first = scratch.keep(nodeCount + 1).fill(0)
  const edgeCount = firstEdge[nodeCount]
  for (let at = 0; at < edgeCount; at++) first[edges[at] + 1]++
  for (let node = 0; node < nodeCount; node++) first[node + 1] += first[node]

  const sources = scratch.keep(edgeCount)
  // Filling moves each row's start to its end, which is the next row's start: undone by one shift.
  for (let node = 0; node < nodeCount; node++) {
    for (let at = firstEdge[node]; at < firstEdge[node + 1]; at++) sources[first[edges[at]]++] = node
  }

  first.copyWithin(1, 0, nodeCount)
  first[0] = 0
  return {edges: sources, firstEdge: first, nodeCount}
}
