// Shortest paths from the root; all edges have the same length.
import type {DominatorTree} from './dominators.js'
import {type Graph, NO_NODE} from './graph.js'
import {graphCode} from './graph-code.js'
import {scratchForGraph} from './scratch-for-graph.js'

/** The previous node on a shortest path from the root; NO_NODE for the root and for unreachable nodes. */
export type PathParent = (node: number) => number

/** `tree`: of the graph. A leaf has only one path to it. */
export function shortestPaths(graph: Graph, tree: DominatorTree, scratch = scratchForGraph(graph)): PathParent {
  const {dominators, innerCount, nodes, numbers} = tree
  // Indexed by the tree's numbers.
  const parents = scratch.take(innerCount)
  const queue = scratch.take(innerCount)
  graphCode(scratch.memory).shortestPaths(
    innerCount,
    scratch.at(graph.firstEdge),
    scratch.at(graph.edges),
    scratch.at(nodes),
    scratch.at(numbers),
    scratch.at(parents),
    scratch.at(queue),
  )
  scratch.give(queue)
  return node => {
    const number = numbers[node]
    if (number === NO_NODE) return dominators[node]
    return number === 0 ? NO_NODE : nodes[parents[number]]
  }
}

/** The nodes from the root to `node`, both included. */
export function pathTo(parentOf: PathParent, node: number): number[] {
  const path = [node]
  for (let at = parentOf(node); at !== NO_NODE; at = parentOf(at)) path.push(at)
  return path.toReversed()
}
