// Shortest paths from the root, all edges being equally long.
import type {DominatorTree} from './dominators.js'
import {type Graph, NO_NODE} from './graph.js'
import {Scratch} from './scratch.js'

/** The node before another one on a shortest path from the root; NO_NODE for the root and for what it does not reach. */
export type PathParent = (node: number) => number

/** `tree`: the graph's. Leaves have one way to them. */
export function shortestPaths({firstEdge, edges}: Graph, tree: DominatorTree, scratch = new Scratch(tree.innerCount)): PathParent {
  const {dominators, innerCount, nodes, numbers} = tree
  // By the tree's numbers.
  const parents = scratch.take(innerCount).fill(NO_NODE)
  const queue = scratch.take(innerCount)
  let end = 1
  queue[0] = 0
  parents[0] = 0
  for (let at = 0; at < end; at++) {
    const number = queue[at]
    const node = nodes[number]
    for (let edge = firstEdge[node]; edge < firstEdge[node + 1]; edge++) {
      const target = numbers[edges[edge]]
      if (target === NO_NODE || parents[target] !== NO_NODE) continue
      parents[target] = number
      queue[end++] = target
    }
  }

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
