// Retained sizes, from the bottom up, and the dominator tree in preorder.
import {add, addWide, entry, get, set, sizeAt} from '../words-of-memory'

/**
 * Adds to `sizes` and `counts` (initially zero) what each node dominates, itself included. `ownSizes` are 32-bit, and
 * so is their sum; they are known for the first `known` nodes.
 */
export function addRetained(reached: i32, nodes: usize, dominators: usize, ownSizes: usize, known: i32, sizes: usize, counts: usize): void {
  addUp<u32>(reached, nodes, dominators, ownSizes, known, sizes, counts)
}

/** The same with 64-bit sizes (floating point). */
export function addRetainedWide(reached: i32, nodes: usize, dominators: usize, ownSizes: usize, known: i32, sizes: usize, counts: usize): void {
  addUp<f64>(reached, nodes, dominators, ownSizes, known, sizes, counts)
}

function addUp<Size extends number>(reached: i32, nodes: usize, dominators: usize, ownSizes: usize, known: i32, sizes: usize, counts: usize): void {
  for (let at = reached - 1; at > 0; at--) {
    const node = get(nodes, at)
    const dominator = get(dominators, node)
    const count = get(counts, node) + 1
    if (node < known) add<Size>(sizes, node, entry<Size>(ownSizes, node))
    set(counts, node, count)
    add<Size>(sizes, dominator, entry<Size>(sizes, node))
    set(counts, dominator, get(counts, dominator) + count)
  }

  const root = get(nodes, 0)
  if (root < known) add<Size>(sizes, root, entry<Size>(ownSizes, root))
  set(counts, root, get(counts, root) + 1)
}

/**
 * Writes the dominator tree in preorder to `order`; and to `ends`, for each node, the position in it where the nodes
 * that it dominates end.
 */
export function preorder(reached: i32, nodes: usize, dominators: usize, counts: usize, order: usize, ends: usize): void {
  const root = get(nodes, 0)
  set(order, 0, root)
  // `ends` has where each node's next child begins. After the last child, that is where the node ends.
  set(ends, root, 1)
  for (let at = 1; at < reached; at++) {
    const node = get(nodes, at)
    const dominator = get(dominators, node)
    const place = get(ends, dominator)
    set(ends, dominator, place + get(counts, node))
    set(ends, node, place + 1)
    set(order, place, node)
  }
}

/**
 * Writes to `retained` the retained size of each group (`groupOf`, -1 for none) of the first `known` nodes: of the
 * union of what its members dominate. A member below another member counts once: it is below if it comes before that
 * one's end. `ends`, one word per group, and `retained`, floating point like wide `sizes`, are initially zero.
 */
export function retainedByGroup(
  reached: i32, order: usize, counts: usize, sizes: usize, isWide: bool, groupOf: usize, known: i32, ends: usize, retained: usize,
): void {
  for (let place = 0; place < reached; place++) {
    const node = get(order, place)
    if (node >= known) continue
    const group = get(groupOf, node)
    if (group < 0 || place < get(ends, group)) continue
    addWide(retained, group, sizeAt(sizes, node, isWide))
    set(ends, group, place + get(counts, node))
  }
}
