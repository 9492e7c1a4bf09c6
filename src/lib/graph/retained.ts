// What would be freed with a node: the sizes of all that it dominates.
import type {DominatorTree} from './dominators.js'
import type {Scratch} from '../wasm/scratch.js'
import {graphCode} from './graph-code.js'
import {scratchForGraph} from './scratch-for-graph.js'

export type Retained = {
  /** In the unit of the nodes' own sizes; 0 where the root does not reach. Of 32 bits where all sizes together fit in. */
  readonly sizes: Uint32Array | Float64Array
  /** How many nodes each node dominates, itself included; 0 where the root does not reach. */
  readonly counts: Int32Array
  /** The dominator tree in preorder: a node is followed by its first child and all that one dominates, then by the next child. */
  readonly order: Int32Array
  /** Where in `order` the nodes end that each node dominates; they begin, with itself, `counts` before that. */
  readonly ends: Int32Array
}

/** What each node retains. `ownSizes`: by node; nodes beyond its end have none. */
export function retained(
  tree: DominatorTree,
  ownSizes: Float64Array | Uint32Array,
  scratch = scratchFor(tree.dominators.length),
): Retained {
  const {dominators, nodes} = tree
  const {length} = dominators
  const code = graphCode(scratch.memory)
  const [nodesAt, dominatorsAt] = [scratch.at(nodes), scratch.at(dominators)]
  const counts = scratch.take(length).fill(0)
  let sizes: Retained['sizes']
  if (ownSizes instanceof Uint32Array && code.sumOfWords(scratch.at(ownSizes), ownSizes.length) < 2 ** 32) {
    const {buffer, byteOffset} = scratch.take(length).fill(0)
    sizes = new Uint32Array(buffer, byteOffset, length)
    code.addRetained(
      nodes.length,
      nodesAt,
      dominatorsAt,
      scratch.at(ownSizes),
      ownSizes.length,
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
        scratch.at(Float64Array.from(ownSizes)),
        ownSizes.length,
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

/** What a node dominates immediately. Where it matters: the same loop without a list of them. */
export function childrenOf({counts, ends, order}: Retained, node: number): number[] {
  const children: number[] = []
  for (let at = ends[node] - counts[node] + 1; at < ends[node]; at += counts[order[at]]) children.push(order[at])
  return children
}

/** One way to sort nodes into groups: `groupOf[node]`, NO_NODE for none, as is every node beyond its end. */
export type Grouping = {readonly groupOf: Int32Array; readonly groupCount: number}

/**
 * Retained size of each group: the union of what its members dominate, so that a member below another member counts once. One scan a
 * grouping, no stack.
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
