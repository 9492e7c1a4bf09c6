// The algorithms themselves are in WebAssembly (src/wasm/graph): they run once per dump, and JavaScript would need as
// long again to warm up and compile each loop. Their columns are in Scratch's memory.
import {CodeInMemory} from '../wasm/code-in-memory.js'
import {compiledFile} from '../wasm/compiled-file.js'

/** Columns are passed as addresses in memory; src/wasm/graph describes each. */
export type GraphCode = {
  readonly leafCount: WebAssembly.Global
  addRetained(
    reached: number,
    nodes: number,
    dominators: number,
    shallowSizes: number,
    known: number,
    sizes: number,
    counts: number,
  ): void
  addRetainedWide(
    reached: number,
    nodes: number,
    dominators: number,
    shallowSizes: number,
    known: number,
    sizes: number,
    counts: number,
  ): void
  countSources(count: number, firstEdge: number, edges: number, nodes: number, numbers: number, first: number): number
  depthFirst(
    nodeCount: number,
    firstEdge: number,
    edges: number,
    root: number,
    leaves: number,
    numbers: number,
    leafParents: number,
    nodes: number,
    parents: number,
    cursors: number,
  ): number
  immediateDominators(
    count: number,
    parents: number,
    first: number,
    sources: number,
    idoms: number,
    semi: number,
    label: number,
    path: number,
  ): void
  listSources(
    count: number,
    firstEdge: number,
    edges: number,
    nodes: number,
    numbers: number,
    first: number,
    sources: number,
  ): void
  markLeaves(nodeCount: number, firstEdge: number, edges: number, root: number, flags: number): number
  nameDominators(
    count: number,
    leafCount: number,
    nodes: number,
    numbers: number,
    idoms: number,
    dominators: number,
    depths: number,
  ): number
  preorder(reached: number, nodes: number, dominators: number, counts: number, order: number, ends: number): void
  retainedByGroup(
    reached: number,
    order: number,
    counts: number,
    sizes: number,
    isWide: boolean,
    groupOf: number,
    known: number,
    ends: number,
    retained: number,
  ): void
  shortestPaths(
    count: number,
    firstEdge: number,
    edges: number,
    nodes: number,
    numbers: number,
    parents: number,
    queue: number,
  ): void
  sumOfWords(column: number, count: number): number
}

const code = new CodeInMemory<GraphCode>(() => compiledFile('graph'))

export function graphCode(memory: WebAssembly.Memory): GraphCode {
  return code.in(memory)
}
