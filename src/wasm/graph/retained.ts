// What nodes dominate, from the bottom up, and the dominator tree in preorder.
import {get, set} from './words'

/**
 * Adds to `sizes` and `counts` (zero before) what each node dominates, itself included. `ownSizes` are of 32 bits, as all of them together are,
 * and known of the first `known` nodes.
 */
export function addRetained(reached: i32, nodes: usize, dominators: usize, ownSizes: usize, known: i32, sizes: usize, counts: usize): void {
  for (let at = reached - 1; at > 0; at--) {
    const node = get(nodes, at)
    const dominator = get(dominators, node)
    const size = get(sizes, node) + (node < known ? get(ownSizes, node) : 0)
    const count = get(counts, node) + 1
    set(sizes, node, size)
    set(counts, node, count)
    set(sizes, dominator, get(sizes, dominator) + size)
    set(counts, dominator, get(counts, dominator) + count)
  }

  const root = get(nodes, 0)
  if (root < known) set(sizes, root, get(sizes, root) + get(ownSizes, root))
  set(counts, root, get(counts, root) + 1)
}

/** The same with sizes of 64 bits (floating point). */
export function addRetainedWide(reached: i32, nodes: usize, dominators: usize, ownSizes: usize, known: i32, sizes: usize, counts: usize): void {
  for (let at = reached - 1; at > 0; at--) {
    const node = get(nodes, at)
    const dominator = get(dominators, node)
    const size = wide(sizes, node) + (node < known ? wide(ownSizes, node) : 0)
    const count = get(counts, node) + 1
    setWide(sizes, node, size)
    set(counts, node, count)
    setWide(sizes, dominator, wide(sizes, dominator) + size)
    set(counts, dominator, get(counts, dominator) + count)
  }

  const root = get(nodes, 0)
  if (root < known) setWide(sizes, root, wide(sizes, root) + wide(ownSizes, root))
  set(counts, root, get(counts, root) + 1)
}

@inline
function wide(column: usize, index: i32): f64 {
  return load<f64>(column + (<usize>index << 3))
}

@inline
function setWide(column: usize, index: i32, value: f64): void {
  store<f64>(column + (<usize>index << 3), value)
}

/** Writes the dominator tree in preorder to `order`, and to `ends` where in it the nodes end that each node dominates. */
export function preorder(reached: i32, nodes: usize, dominators: usize, counts: usize, order: usize, ends: usize): void {
  const root = get(nodes, 0)
  set(order, 0, root)
  // Where each node's next child begins; after the last one that is where the node ends.
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
