// Who keeps each node alive alone: the immediate dominator is the last node that every path from the root to it passes.
//
// Semi-NCA, after Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005), chapter 2.3: semidominators as
// Lengauer and Tarjan compute them, with simple path compression; then the dominator is the nearest common ancestor of the parent
// and the semidominator in the tree built so far. 0.1 µs a node and edge on heaps; 24 bytes a node while it runs, 8 of them to keep.
import {depthFirst, type DepthFirstTree} from './depth-first.js'
import {type Graph, NO_NODE, reverse} from './graph.js'
import {Scratch} from './scratch.js'

export type DominatorTree = {
  readonly root: number
  /** Immediate dominator by node; NO_NODE for the root and for what it does not reach. */
  readonly dominators: Int32Array
  /** The nodes that the root reaches, each one after its dominator; the root first. */
  readonly order: Int32Array
  /** How many dominators the deepest node has above it, one after the other; 0 for a root alone. */
  readonly depth: number
}

/** `reversed`: the graph with its edges turned round, where somebody has it already. */
export function dominatorTree(graph: Graph, root: number, reversed = reverse(graph), scratch = new Scratch(graph.nodeCount + 1)): DominatorTree {
  const tree = depthFirst(graph, root, scratch)
  const {count, nodes, numbers} = tree
  const idoms = immediateDominators(tree, reversed, scratch)
  const dominators = numbers.fill(NO_NODE)
  const depths = scratch.take()
  depths[0] = 0
  let depth = 0
  for (let number = 1; number < count; number++) {
    dominators[nodes[number]] = nodes[idoms[number]]
    depths[number] = depths[idoms[number]] + 1
    if (depths[number] > depth) depth = depths[number]
  }

  scratch.give(idoms, depths)
  return {depth, dominators, order: nodes, root}
}

/**
 * The paper's letters: w the node at hand, v a predecessor, u the node of least semidominator on v's path. All are preorder numbers, as
 * are the results. The tree's parents are used up.
 */
function immediateDominators({count, nodes, numbers, parents}: DepthFirstTree, {firstEdge, edges}: Graph, scratch: Scratch): Int32Array {
  const ancestor = parents
  const idoms = scratch.take()
  const semi = scratch.take()
  const label = scratch.take()
  for (let w = 0; w < count; w++) {
    idoms[w] = parents[w]
    semi[w] = label[w] = w
  }

  let path = new Int32Array(1024)
  for (let w = count - 1; w > 0; w--) {
    let least = idoms[w]
    const node = nodes[w]
    const end = firstEdge[node + 1]
    let at = firstEdge[node]
    // Most nodes have one predecessor, and then it is the parent.
    if (end - at === 1) at = end
    for (; at < end; at++) {
      const v = numbers[edges[at]]
      // The root does not reach it.
      if (v === NO_NODE) continue
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
