// The dominator tree. A node's immediate dominator is the last node that every path from the root to it passes. Uses
// Semi-NCA (src/wasm/graph/dominators.ts). Leaves need no algorithm and take 12 bytes; other nodes take 28 while it
// runs.
import {type Graph, NO_NODE} from './graph.js'
import {graphCode} from './graph-code.js'
import {scratchForGraph} from './scratch-for-graph.js'

export type DominatorTree = {
  readonly root: number
  /** Immediate dominator by node; NO_NODE for the root and for unreachable nodes. */
  readonly dominators: Int32Array
  /** The reachable nodes, each after its dominator; the root first, the leaves last. */
  readonly nodes: Int32Array
  /** How many of them are not leaves: numbers go from 0 to this. */
  readonly innerCount: number
  /** Position in `nodes` by node; NO_NODE for leaves and for unreachable nodes. */
  readonly numbers: Int32Array
  readonly predecessors: Predecessors
  /** The depth of the tree: the number of dominators above the deepest node; 0 for a single root. */
  readonly depth: number
}

export type Predecessors = {
  /**
   * Edges to the node with number i come from `sources[firstEdge[i]] … sources[firstEdge[i + 1] - 1]`, also as numbers.
   */
  readonly firstEdge: Int32Array
  readonly sources: Int32Array
}

export function dominatorTree(graph: Graph, root: number, scratch = scratchForGraph(graph)): DominatorTree {
  const {nodeCount} = graph
  const code = graphCode(scratch.memory)
  const [first, edges] = [scratch.at(graph.firstEdge), scratch.at(graph.edges)]

  const flags = scratch.take(Math.ceil(nodeCount / 4)).fill(0)
  const most = nodeCount - code.markLeaves(nodeCount, first, edges, root, scratch.at(flags))
  const numbers = scratch.take(nodeCount)
  const dominators = scratch.take(nodeCount)
  const nodes = scratch.take()
  const parents = scratch.take(most)
  const cursors = scratch.take(most)
  const [numbersAt, nodesAt, dominatorsAt] = [scratch.at(numbers), scratch.at(nodes), scratch.at(dominators)]
  const count = code.depthFirst(
    nodeCount,
    first,
    edges,
    root,
    scratch.at(flags),
    numbersAt,
    dominatorsAt,
    nodesAt,
    scratch.at(parents),
    scratch.at(cursors),
  )
  const leafCount = code.leafCount.value
  scratch.give(flags)

  const firstSource = scratch.take(count + 1)
  const sources = scratch.take(code.countSources(count, first, edges, nodesAt, numbersAt, scratch.at(firstSource)))
  code.listSources(count, first, edges, nodesAt, numbersAt, scratch.at(firstSource), scratch.at(sources))

  const [idoms, semi, label] = [scratch.take(count), scratch.take(count), scratch.take(count)]
  const idomsAt = scratch.at(idoms)
  code.immediateDominators(
    count,
    scratch.at(parents),
    scratch.at(firstSource),
    scratch.at(sources),
    idomsAt,
    scratch.at(semi),
    scratch.at(label),
    scratch.at(cursors),
  )
  const depth = code.nameDominators(count, leafCount, nodesAt, numbersAt, idomsAt, dominatorsAt, scratch.at(cursors))
  scratch.give(parents, cursors, idoms, semi, label)
  return {
    depth,
    dominators,
    innerCount: count,
    nodes: nodes.subarray(0, count + leafCount),
    numbers,
    predecessors: {firstEdge: firstSource, sources},
    root,
  }
}

/** Visits the sources of the edges to a node, once per edge; only reachable ones. */
export function eachSource(
  {dominators, nodes, numbers, predecessors: {firstEdge, sources}}: DominatorTree,
  node: number,
  visit: (source: number) => void,
): void {
  const number = numbers[node]
  if (number !== NO_NODE) for (let at = firstEdge[number]; at < firstEdge[number + 1]; at++) visit(nodes[sources[at]])
  else if (dominators[node] !== NO_NODE) visit(dominators[node])
}
