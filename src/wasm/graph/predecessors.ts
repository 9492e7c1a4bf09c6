// Reversed edges: the sources of the edges to each node. Only for nodes that the root reaches, by preorder number, and
// without leaves, which have one known predecessor.
import {fill, get, NO_NODE, set} from '../words-of-memory'

/**
 * Counts the edges to each number, and writes to `first` (one entry more than there are numbers) where the sources of
 * each will begin. Returns the number of edges.
 */
export function countSources(count: i32, firstEdge: usize, edges: usize, nodes: usize, numbers: usize, first: usize): i32 {
  fill(first, count + 1, 0)
  for (let number = 0; number < count; number++) {
    const node = get(nodes, number)
    const end = get(firstEdge, node + 1)
    for (let at = get(firstEdge, node); at < end; at++) {
      const target = get(numbers, get(edges, at))
      if (target != NO_NODE) set(first, target + 1, get(first, target + 1) + 1)
    }
  }

  for (let number = 0; number < count; number++) set(first, number + 1, get(first, number + 1) + get(first, number))
  return get(first, count)
}

/** Fills in the sources. */
export function listSources(count: i32, firstEdge: usize, edges: usize, nodes: usize, numbers: usize, first: usize, sources: usize): void {
  for (let number = 0; number < count; number++) {
    const node = get(nodes, number)
    const end = get(firstEdge, node + 1)
    for (let at = get(firstEdge, node); at < end; at++) {
      const target = get(numbers, get(edges, at))
      if (target == NO_NODE) continue
      const place = get(first, target)
      set(sources, place, number)
      set(first, target, place + 1)
    }
  }

  // Filling moved each row's start to its end, which is the next row's start. One shift restores them.
  memory.copy(first + 4, first, <usize>count << 2)
  set(first, 0, 0)
}
