// How much memory the algorithms on a graph need.
import {Scratch} from '../wasm/scratch.js'
import type {Graph} from './graph.js'

/** Columns of a word a node that algorithms and scans have together at most, beside lists of edges: before and after these are taken. */
const FIRST_COLUMNS = 2
const MOST_COLUMNS = 14
/** What is of another length leaves less than a column of a piece: each of two lists, and what is taken before. */
const LOST_COLUMNS = 3
/** More of them where columns must be copied from elsewhere. */
const COPIED_COLUMNS = 10

/**
 * Words that must be in one piece, beside pieces of so many words that there are, for the algorithms on a graph of so many nodes and edges, and for
 * `more` words that are taken before. What is too short for a column counts for nothing.
 */
export function wordsForGraph(
  nodes: number,
  edges: number,
  {more = 0, pieces = []}: {more?: number; pieces?: readonly number[]} = {},
): number {
  const left = pieces.toSorted((a, b) => a - b)
  const before = more + FIRST_COLUMNS * (nodes + 1)
  // Edges as they are listed first, a node having a second list perhaps and an edge from the root; and where each comes from.
  let missing = before
  for (const list of [(nodes + edges) * 2, nodes + edges]) {
    const piece = left.findIndex(words => words >= list + before)
    if (piece === -1) missing += list
    else left[piece] -= list + before
  }

  const columns = left.reduce((sum, words) => sum + Math.floor(words / (nodes + 1)), 0)
  return missing + Math.max(0, MOST_COLUMNS + LOST_COLUMNS - columns) * (nodes + 1)
}

/** With a memory of its own, for a graph that is somewhere else. */
export function scratchForGraph({nodeCount, edges}: Pick<Graph, 'edges' | 'nodeCount'>): Scratch {
  return Scratch.of(
    wordsForGraph(nodeCount, edges.length) + (nodeCount + 1) * COPIED_COLUMNS + edges.length,
    nodeCount + 1,
  )
}
