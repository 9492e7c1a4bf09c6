// Which objects are nodes of a heap snapshot. DevTools cannot open a file of a few hundred MB, so a large heap is folded:
// objects that retain less than some size are one node for each class below their dominator, with everything that they
// dominate.
//
// Such a group can be entered only at its members that the dominator immediately dominates, and never without passing
// the dominator. So merging them changes no dominator of another object: retained sizes of all others stay exact
// (docs/export.md has the proof). Paths can only become shorter.
import {NO_NODE} from '../../graph/graph.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import type {ClassGroups} from '../objects/class-groups.js'

export type SnapshotNodes = {
  readonly count: number
  /** By object, and ROOT, which is node 0; NO_NODE for garbage. */
  readonly nodeOf: Int32Array
  /**
   * Live objects by node: `members[first[node]] … members[first[node + 1] - 1]`. The first one is immediately dominated
   * by an object of another node. ROOT is its own only member.
   */
  readonly first: Int32Array
  readonly members: Int32Array
  /** Objects that retain less are folded; 0: none. */
  readonly leastBytes: number
}

/** Estimated size of a node and of an edge in the file. */
const NODE_BYTES = 32
const EDGE_BYTES = 15
/** A third of what V8 can read as one string, and what a tab of DevTools opens with 2 GB of memory. */
const MOST_BYTES = 160e6
/** The sizes at which a heap can be folded: from here on, doubled. */
const FIRST_LEAST = 50
/** DevTools keeps sizes in 32 bits. */
const MOST_NODE_BYTES = 2 ** 32

/** `mostBytes`: the estimated size of the file, at most. */
export function snapshotNodes(graph: HeapGraph, classes: ClassGroups, mostBytes = MOST_BYTES): SnapshotNodes {
  for (let least = 0; ; least = least === 0 ? FIRST_LEAST : least * 2) {
    // First without the groups, which take time to find.
    const own = ownNodes(graph, least)
    if (own.bytes > mostBytes) continue
    const {count, nodeOf} = numberNodes(graph, classes, least)
    // Folded objects usually refer to few others.
    if (own.bytes + (count - own.count) * (NODE_BYTES + 2 * EDGE_BYTES) > mostBytes) continue
    return {count, leastBytes: least, nodeOf, ...listMembers(graph, nodeOf, count)}
  }
}

/** The objects that are not folded, ROOT included, and their estimated bytes. */
function ownNodes(
  {heap, retained: {order}, retainedSizes}: HeapGraph,
  least: number,
): {readonly count: number; readonly bytes: number} {
  const {firstEdge} = heap.columns
  let count = 1
  let edges = 0
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    if (retainedSizes[index] < least) continue
    count++
    edges += firstEdge[index + 1] - firstEdge[index]
  }

  return {bytes: count * NODE_BYTES + edges * EDGE_BYTES, count}
}

function numberNodes(
  graph: HeapGraph,
  {groupOf, names}: ClassGroups,
  least: number,
): Pick<SnapshotNodes, 'count' | 'nodeOf'> {
  const {
    heap,
    retained: {counts, ends, order},
    retainedSizes,
    root,
    tree: {dominators},
  } = graph
  const nodeOf = new Int32Array(heap.count + 1).fill(NO_NODE)
  // By class: the last object with a folded group of that class, the group's node and size.
  const holder = new Int32Array(names.length).fill(NO_NODE)
  const node = new Int32Array(names.length)
  const bytes = new Float64Array(names.length)
  let count = 0
  // Each object comes after its dominator.
  for (let at = 0; at < order.length; at++) {
    const index = order[at]
    const isOwn = index === root || retainedSizes[index] >= least
    if (!isOwn) {
      if (nodeOf[index] === NO_NODE) nodeOf[index] = nodeOf[dominators[index]]
      continue
    }

    nodeOf[index] = count++
    for (let below = ends[index] - counts[index] + 1; below < ends[index]; below += counts[order[below]]) {
      const child = order[below]
      if (retainedSizes[child] >= least) continue
      const group = groupOf[child]
      if (holder[group] !== index || bytes[group] + retainedSizes[child] >= MOST_NODE_BYTES) {
        holder[group] = index
        node[group] = count++
        bytes[group] = 0
      }

      bytes[group] += retainedSizes[child]
      nodeOf[child] = node[group]
    }
  }

  return {count, nodeOf}
}

/** Sorted by node, in the order of the dominator tree. */
function listMembers(
  {retained: {order}}: HeapGraph,
  nodeOf: Int32Array,
  count: number,
): Pick<SnapshotNodes, 'first' | 'members'> {
  const first = new Int32Array(count + 1)
  for (let at = 0; at < order.length; at++) first[nodeOf[order[at]] + 1]++
  for (let node = 0; node < count; node++) first[node + 1] += first[node]
  const next = first.slice()
  const members = new Int32Array(order.length)
  for (let at = 0; at < order.length; at++) members[next[nodeOf[order[at]]]++] = order[at]
  return {first, members}
}
