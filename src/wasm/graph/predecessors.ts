// Edges turned round: where they come from. Only of what the root reaches, by preorder numbers, and without leaves, whose only
// predecessor is known.
import {fill, get, NO_NODE, set} from '../words-of-memory'

/** Counts the edges to each number, and leaves in `first` (one more entry than numbers) where their sources will begin; returns how many there are. */
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

  // Filling has moved each row's start to its end, which is the next row's start: undone by one shift.
  memory.copy(first + 4, first, <usize>count << 2)
  set(first, 0, 0)
}
