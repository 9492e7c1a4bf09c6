// What would be freed with a node: the sizes of all that it dominates.
import type {DominatorTree} from './dominators.js'
import {Scratch} from './scratch.js'

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
export function retained(tree: DominatorTree, ownSizes: ArrayLike<number>, scratch = new Scratch(tree.dominators.length + 1)): Retained {
  const {dominators, nodes, root} = tree
  const {length} = dominators
  const sizes = sum(ownSizes) < 2 ** 32 ? unsigned(scratch.take(length)).fill(0) : new Float64Array(length)
  const counts = scratch.take(length).fill(0)
  const known = ownSizes.length
  for (let at = nodes.length - 1; at > 0; at--) {
    const node = nodes[at]
    const dominator = dominators[node]
    if (node < known) sizes[node] += ownSizes[node]
    counts[node]++
    sizes[dominator] += sizes[node]
    counts[dominator] += counts[node]
  }

  if (root < known) sizes[root] += ownSizes[root]
  counts[root]++
  return {counts, sizes, ...preorder(tree, counts, scratch)}
}

function unsigned({buffer, byteOffset, length}: Int32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length)
}

function sum(sizes: ArrayLike<number>): number {
  let total = 0
  for (let node = 0; node < sizes.length; node++) total += sizes[node]
  return total
}

function preorder({dominators, nodes, root}: DominatorTree, counts: Int32Array, scratch: Scratch): Pick<Retained, 'ends' | 'order'> {
  const order = scratch.take(nodes.length)
  // Where each node's next child begins; after the last one that is where the node ends.
  const ends = scratch.take(dominators.length)
  order[0] = root
  ends[root] = 1
  for (let at = 1; at < nodes.length; at++) {
    const node = nodes[at]
    const dominator = dominators[node]
    const place = ends[dominator]
    ends[dominator] = place + counts[node]
    ends[node] = place + 1
    order[place] = node
  }

  return {ends, order}
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
 * Retained size of each group: the union of what its members dominate, so that a member below another member counts once: it is if it
 * comes before that one's end. One sweep a grouping, no stack.
 */
export function groupRetainedSizes({counts, order, sizes}: Retained, groupings: readonly Grouping[]): Float64Array[] {
  return groupings.map(({groupOf, groupCount}) => {
    const retainedOf = new Float64Array(groupCount)
    const ends = new Int32Array(groupCount)
    for (let place = 0; place < order.length; place++) {
      const node = order[place]
      const group = groupOf[node]
      // ROOT is a node and may be in no group at all.
      if (!(group >= 0) || place < ends[group]) continue
      retainedOf[group] += sizes[node]
      ends[group] = place + counts[node]
    }

    return retainedOf
  })
}
