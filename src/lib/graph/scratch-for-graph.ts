// The memory that the algorithms on a graph need.
import {Scratch} from '../wasm/scratch.js'
import type {Graph} from './graph.js'

/**
 * The largest numbers of columns (one word per node) in use besides lists of edges: before the lists are taken, and in
 * total.
 */
const FIRST_COLUMNS = 2
const MOST_COLUMNS = 14
/**
 * Columns lost to fragmentation: allocations of other lengths (two lists, and what is taken before) leave parts of a
 * column unused.
 */
const LOST_COLUMNS = 3
/** Extra columns if they have to be copied from elsewhere. */
const COPIED_COLUMNS = 10

/**
 * The words needed in one piece, in addition to existing `pieces`, for the algorithms on a graph of this size and for
 * `more` words that are taken first. Pieces shorter than a column do not count.
 */
export function wordsForGraph(
  nodes: number,
  edges: number,
  {more = 0, pieces = []}: {more?: number; pieces?: readonly number[]} = {},
): number {
  const left = pieces.toSorted((a, b) => a - b)
  const before = more + FIRST_COLUMNS * (nodes + 1)
  // The list of edges, with perhaps a second list and an edge from the root per node; and the list of sources.
  let missing = before
  for (const list of [(nodes + edges) * 2, nodes + edges]) {
    const piece = left.findIndex(words => words >= list + before)
    if (piece === -1) missing += list
    else left[piece] -= list + before
  }

  const columns = left.reduce((sum, words) => sum + Math.floor(words / (nodes + 1)), 0)
  return missing + Math.max(0, MOST_COLUMNS + LOST_COLUMNS - columns) * (nodes + 1)
}

/** Scratch with its own memory, for a graph that is elsewhere. */
export function scratchForGraph({nodeCount, edges}: Pick<Graph, 'edges' | 'nodeCount'>): Scratch {
  return Scratch.of(
    wordsForGraph(nodeCount, edges.length) + (nodeCount + 1) * COPIED_COLUMNS + edges.length,
    nodeCount + 1,
  )
}
