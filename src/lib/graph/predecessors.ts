// Edges turned round: where they come from. Only of what the root reaches, by preorder numbers, and without leaves, whose only
// predecessor is known.
import type {DepthFirstTree} from './depth-first.js'
import {type Graph, NO_NODE} from './graph.js'
import {Scratch} from './scratch.js'

export type Predecessors = {
  /** Edges to the node of number i come from `sources[firstEdge[i]] … sources[firstEdge[i + 1] - 1]`, numbers too. */
  readonly firstEdge: Int32Array
  readonly sources: Int32Array
}

/** Time linear in nodes and edges; 4 bytes for each of either are kept. */
export function predecessors(
  {firstEdge, edges}: Graph,
  {count, nodes, numbers}: Pick<DepthFirstTree, 'count' | 'nodes' | 'numbers'>,
  scratch = new Scratch(nodes.length + 1),
): Predecessors {
  const first = scratch.take(count + 1).fill(0)
  for (let number = 0; number < count; number++) {
    const node = nodes[number]
    for (let at = firstEdge[node]; at < firstEdge[node + 1]; at++) {
      const target = numbers[edges[at]]
      if (target !== NO_NODE) first[target + 1]++
    }
  }

  for (let number = 0; number < count; number++) first[number + 1] += first[number]
  const sources = scratch.take(first[count])
  // Filling moves each row's start to its end, which is the next row's start: undone by one shift.
  for (let number = 0; number < count; number++) {
    const node = nodes[number]
    for (let at = firstEdge[node]; at < firstEdge[node + 1]; at++) {
      const target = numbers[edges[at]]
      if (target !== NO_NODE) sources[first[target]++] = number
    }
  }

  first.copyWithin(1, 0, count)
  first[0] = 0
  return {firstEdge: first, sources}
}
