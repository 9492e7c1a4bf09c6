// Who keeps each node alive alone: the immediate dominator is the last node that every path from the root to it passes.
//
// Semi-NCA, after Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005), chapter 2.3: semidominators as
// Lengauer and Tarjan compute them, with simple path compression; then the dominator is the nearest common ancestor of the parent
// and the semidominator in the tree built so far. 0.1 µs a node and edge on heaps. Leaves need no algorithm, and take 12 bytes; other
// nodes 28 while it runs.
import {depthFirst} from './depth-first.js'
import {type Graph, NO_NODE} from './graph.js'
import {leavesOf} from './leaves.js'
import {type Predecessors, predecessors} from './predecessors.js'
import {Scratch} from './scratch.js'

export type DominatorTree = {
  readonly root: number
  /** Immediate dominator by node; NO_NODE for the root and for what it does not reach. */
  readonly dominators: Int32Array
  /** The nodes that the root reaches, each one after its dominator; the root first, the leaves last. */
  readonly nodes: Int32Array
  /** How many of them are no leaves: numbers go from 0 to here. */
  readonly innerCount: number
  /** Place in `nodes` by node; NO_NODE for leaves, and for what the root does not reach. */
  readonly numbers: Int32Array
  /** By numbers. */
  readonly predecessors: Predecessors
  /** How many dominators the deepest node has above it, one after the other; 0 for a root alone. */
  readonly depth: number
}

export function dominatorTree(graph: Graph, root: number, scratch = new Scratch(graph.nodeCount + 1)): DominatorTree {
  const {count, leafParents, nodes, numbers, parents} = depthFirst(graph, root, leavesOf(graph, root), scratch)
  const turned = predecessors(graph, {count, nodes, numbers}, scratch)
  const idoms = immediateDominators(count, parents, turned, scratch)
  const dominators = leafParents
  const depths = scratch.take(count)
  depths[0] = 0
  let depth = 0
  for (let number = 1; number < count; number++) {
    dominators[nodes[number]] = nodes[idoms[number]]
    depths[number] = depths[idoms[number]] + 1
    if (depths[number] > depth) depth = depths[number]
  }

  let last = NO_NODE
  for (let at = count; at < nodes.length; at++) {
    // Leaves of one node follow each other.
    const above = dominators[nodes[at]]
    if (above !== last) depth = Math.max(depth, depths[numbers[above]] + 1)
    last = above
  }

  scratch.give(idoms, depths)
  return {depth, dominators, innerCount: count, nodes, numbers, predecessors: turned, root}
}

/** Where the edges to a node come from, once for each; only from what the root reaches. */
export function eachSource({dominators, nodes, numbers, predecessors: {firstEdge, sources}}: DominatorTree, node: number, visit: (source: number) => void): void {
  const number = numbers[node]
  if (number !== NO_NODE) for (let at = firstEdge[number]; at < firstEdge[number + 1]; at++) visit(nodes[sources[at]])
  else if (dominators[node] !== NO_NODE) visit(dominators[node])
}

/**
 * The paper's letters: w the node at hand, v a predecessor, u the node of least semidominator on v's path. All are preorder numbers, as
 * are the results. The tree's parents are used up.
 */
function immediateDominators(count: number, parents: Int32Array, {firstEdge, sources}: Predecessors, scratch: Scratch): Int32Array {
  const ancestor = parents
  const idoms = scratch.take(count)
  const semi = scratch.take(count)
  const label = scratch.take(count)
  for (let w = 0; w < count; w++) {
    idoms[w] = parents[w]
    semi[w] = label[w] = w
  }

  let path = new Int32Array(1024)
  for (let w = count - 1; w > 0; w--) {
    let least = idoms[w]
    const end = firstEdge[w + 1]
    let at = firstEdge[w]
    // Most nodes have one predecessor, and then it is the parent.
    if (end - at === 1) at = end
    for (; at < end; at++) {
      const v = sources[at]
      let u = label[v]
      // Nodes after w are linked to their ancestors; others are their own label.
      if (v > w && ancestor[v] > w) {
        let length = 0
        let x = v
        do {
          if (length === path.length) path = grown(path)
          path[length++] = x
          x = ancestor[x]
        } while (ancestor[x] > w)

        const top = ancestor[x]
        let best = label[x]
        while (length > 0) {
          x = path[--length]
          ancestor[x] = top
          if (semi[best] < semi[label[x]]) label[x] = best
          else best = label[x]
        }

        u = label[v]
      }

      if (semi[u] < least) least = semi[u]
    }

    semi[w] = least
  }

  for (let w = 1; w < count; w++) {
    let candidate = idoms[w]
    while (candidate > semi[w]) candidate = idoms[candidate]
    idoms[w] = candidate
  }

  scratch.give(ancestor, semi, label)
  return idoms
}

function grown(path: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const next = new Int32Array(path.length * 2)
  next.set(path)
  return next
}
