// Shortest paths from the root. All edges have the same length.
import {fill, get, NO_NODE, set} from '../words-of-memory'

/** Writes each node's predecessor on a shortest path to `parents`; the root's is 0. Overwrites `queue`. */
export function shortestPaths(count: i32, firstEdge: usize, edges: usize, nodes: usize, numbers: usize, parents: usize, queue: usize): void {
  fill(parents, count, NO_NODE)
  let end = 1
  set(queue, 0, 0)
  set(parents, 0, 0)
  for (let at = 0; at < end; at++) {
    const number = get(queue, at)
    const node = get(nodes, number)
    const last = get(firstEdge, node + 1)
    for (let edge = get(firstEdge, node); edge < last; edge++) {
      const target = get(numbers, get(edges, edge))
      if (target == NO_NODE || get(parents, target) != NO_NODE) continue
      set(parents, target, number)
      set(queue, end++, target)
    }
  }
}
