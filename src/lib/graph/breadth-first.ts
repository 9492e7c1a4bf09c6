// Shortest paths from the root, all edges being equally long.
import {type Graph, NO_NODE} from './graph.js'
import {Scratch} from './scratch.js'

/** The node before each node on a shortest path from the root; NO_NODE for the root and for what it does not reach. */
export function shortestPathParents({nodeCount, firstEdge, edges}: Graph, root: number, scratch = new Scratch(nodeCount + 1)): Int32Array {
  const parents = scratch.take().subarray(0, nodeCount).fill(NO_NODE)
  const queue = scratch.take()
  let end = 1
  queue[0] = root
  parents[root] = root
  for (let at = 0; at < end; at++) {
    const node = queue[at]
    for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++) {
      const target = edges[edge]
      if (parents[target] !== NO_NODE) continue
      parents[target] = node
      queue[end++] = target
    }
  }

  scratch.give(queue)
  parents[root] = NO_NODE
  return parents
}

/** The nodes from the root to `node`, both included, along `parents`. */
export function pathTo(parents: Int32Array, node: number): number[] {
  const path = [node]
  for (let at = parents[node]; at !== NO_NODE; at = parents[at]) path.push(at)
  return path.toReversed()
}
