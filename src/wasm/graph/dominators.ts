// Semi-NCA, after Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005), chapter 2.3:
// semidominators as Lengauer and Tarjan compute them, with simple path compression. The dominator is then the nearest
// common ancestor of the parent and the semidominator in the tree built so far.
import {get, set} from '../words-of-memory'

/**
 * The paper's letters: w is the current node, v a predecessor, u the node with the least semidominator on v's path. All
 * are preorder numbers, as are the results in `idoms`. Overwrites `parents`, `semi`, `label` and `path`, which are as
 * long as the others.
 */
export function immediateDominators(
  count: i32, parents: usize, first: usize, sources: usize, idoms: usize, semi: usize, label: usize, path: usize,
): void {
  const ancestor = parents
  for (let w = 0; w < count; w++) {
    set(idoms, w, get(parents, w))
    set(semi, w, w)
    set(label, w, w)
  }

  for (let w = count - 1; w > 0; w--) {
    let least = get(idoms, w)
    const end = get(first, w + 1)
    let at = get(first, w)
    // Most nodes have one predecessor, and it is the parent.
    if (end - at == 1) at = end
    for (; at < end; at++) {
      const v = get(sources, at)
      let u = get(label, v)
      // Nodes after w are linked to their ancestors; other nodes are their own label.
      if (v > w && get(ancestor, v) > w) {
        let length = 0
        let x = v
        do {
          set(path, length++, x)
          x = get(ancestor, x)
        } while (get(ancestor, x) > w)

        const top = get(ancestor, x)
        let best = get(label, x)
        while (length > 0) {
          x = get(path, --length)
          set(ancestor, x, top)
          const own = get(label, x)
          if (get(semi, best) < get(semi, own)) set(label, x, best)
          else best = own
        }

        u = get(label, v)
      }

      const candidate = get(semi, u)
      if (candidate < least) least = candidate
    }

    set(semi, w, least)
  }

  for (let w = 1; w < count; w++) {
    let candidate = get(idoms, w)
    const limit = get(semi, w)
    while (candidate > limit) candidate = get(idoms, candidate)
    set(idoms, w, candidate)
  }
}

/**
 * Translates dominators from numbers to nodes; those of leaves are already in `dominators`. Returns the depth of the
 * dominator tree. Overwrites `depths`.
 */
export function nameDominators(count: i32, leafCount: i32, nodes: usize, numbers: usize, idoms: usize, dominators: usize, depths: usize): i32 {
  set(depths, 0, 0)
  let depth = 0
  for (let number = 1; number < count; number++) {
    const above = get(idoms, number)
    const own = get(depths, above) + 1
    set(dominators, get(nodes, number), get(nodes, above))
    set(depths, number, own)
    depth = max(depth, own)
  }

  let last = -1
  for (let at = count; at < count + leafCount; at++) {
    // Leaves of one node are adjacent.
    const above = get(dominators, get(nodes, at))
    if (above != last) depth = max(depth, get(depths, get(numbers, above)) + 1)
    last = above
  }

  return depth
}
