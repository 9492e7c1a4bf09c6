// Retained sizes: the sum of the sizes of everything a node dominates, which would be freed with it.
import type {DominatorTree} from './dominators.js'
import type {Scratch} from '../wasm/scratch.js'
import {graphCode} from './graph-code.js'
import {scratchForGraph} from './scratch-for-graph.js'

export type Retained = {
  /** In the unit of the given sizes; 0 for unreachable nodes. Has 32 bits if the sum of all sizes fits. */
  readonly sizes: Uint32Array | Float64Array
  /** The number of nodes that each node dominates, itself included; 0 for unreachable nodes. */
  readonly counts: Int32Array
  /**
   * The dominator tree in preorder: a node, its first child with everything that child dominates, then the next child.
   */
  readonly order: Int32Array
  /**
   * The end, in `order`, of the nodes that each node dominates; they start, with the node itself, `counts` before that.
   */
  readonly ends: Int32Array
}

/** What each node retains. `shallowSizes`: by node; 0 for nodes beyond its end. */
export function retained(
  tree: DominatorTree,
  shallowSizes: Float64Array | Uint32Array,
  scratch = scratchFor(tree.dominators.length),
): Retained {
  const {dominators, nodes} = tree
  const {length} = dominators
  const code = graphCode(scratch.memory)
  const [nodesAt, dominatorsAt] = [scratch.at(nodes), scratch.at(dominators)]
  const counts = scratch.take(length).fill(0)
  let sizes: Retained['sizes']
  if (shallowSizes instanceof Uint32Array && code.sumOfWords(scratch.at(shallowSizes), shallowSizes.length) < 2 ** 32) {
    const {buffer, byteOffset} = scratch.take(length).fill(0)
    sizes = new Uint32Array(buffer, byteOffset, length)
    code.addRetained(
      nodes.length,
      nodesAt,
      dominatorsAt,
      scratch.at(shallowSizes),
      shallowSizes.length,
      scratch.at(sizes),
      scratch.at(counts),
    )
  } else {
    const wide = scratch.takeWide(length).fill(0)
    sizes = wide
    scratch.during(() =>
      code.addRetainedWide(
        nodes.length,
        nodesAt,
        dominatorsAt,
        scratch.at(Float64Array.from(shallowSizes)),
        shallowSizes.length,
        scratch.at(wide),
        scratch.at(counts),
      ),
    )
  }

  const order = scratch.take(nodes.length)
  const ends = scratch.take(length)
  code.preorder(nodes.length, nodesAt, dominatorsAt, scratch.at(counts), scratch.at(order), scratch.at(ends))
  return {counts, ends, order, sizes}
}

function scratchFor(nodeCount: number): Scratch {
  return scratchForGraph({edges: new Int32Array(0), nodeCount})
}

/** The nodes that a node immediately dominates. Hot loops do the same without creating a list. */
export function childrenOf({counts, ends, order}: Retained, node: number): number[] {
  const children: number[] = []
  for (let at = ends[node] - counts[node] + 1; at < ends[node]; at += counts[order[at]]) children.push(order[at])
  return children
}

/** A grouping of nodes: `groupOf[node]`; NO_NODE for none, which also applies to nodes beyond its end. */
export type Grouping = {readonly groupOf: Int32Array; readonly groupCount: number}

/**
 * The retained size of each group: the union of what its members dominate, so that a member below another one counts
 * once. One scan per grouping, without a stack.
 */
export function groupRetainedSizes(
  {counts, order, sizes}: Retained,
  groupings: readonly Grouping[],
  scratch = scratchFor(counts.length),
): Float64Array[] {
  return groupings.map(({groupOf, groupCount}) =>
    scratch.during(() => {
      const ends = scratch.take(groupCount).fill(0)
      const retainedOf = scratch.takeWide(groupCount).fill(0)
      const isWide = sizes instanceof Float64Array
      graphCode(scratch.memory).retainedByGroup(
        order.length,
        scratch.at(order),
        scratch.at(counts),
        scratch.at(sizes),
        isWide,
        scratch.at(groupOf),
        groupOf.length,
        scratch.at(ends),
        scratch.at(retainedOf),
      )
      return retainedOf.slice()
    }),
  )
}
