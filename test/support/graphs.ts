// Small graphs: some written so that their dominators can be checked by eye, others random.
import fc from 'fast-check'
import type {Graph} from '../../src/lib/graph/graph.js'

/** `graph('R>a b, a>c, b>c')` and the names of its nodes in order of appearance; the first one is the root. */
export function graphOf(text: string): {readonly graph: Graph; readonly names: readonly string[]} {
  const names: string[] = []
  const numberOf = (name: string) => {
    if (!names.includes(name)) names.push(name)
    return names.indexOf(name)
  }

  const edges: Array<[number, number]> = []
  for (const part of text.split(',')) {
    const [source, targets = ''] = part.trim().split('>')
    const from = numberOf(source)
    for (const target of targets.split(' ').filter(Boolean)) edges.push([from, numberOf(target)])
  }

  return {graph: fromEdges(names.length, edges), names}
}

export function fromEdges(nodeCount: number, pairs: ReadonlyArray<readonly [number, number]>): Graph {
  const firstEdge = new Int32Array(nodeCount + 1)
  for (const [source] of pairs) firstEdge[source + 1]++
  for (let node = 0; node < nodeCount; node++) firstEdge[node + 1] += firstEdge[node]
  const cursors = firstEdge.slice()
  const edges = new Int32Array(pairs.length)
  for (const [source, target] of pairs) edges[cursors[source]++] = target
  return {edges, firstEdge, nodeCount}
}

/** Up to 14 nodes with any edges between them, including repeats and loops; node 0 is the root. */
export const anyGraph: fc.Arbitrary<Graph> = fc
  .integer({max: 14, min: 1})
  .chain(nodeCount =>
    fc
      .array(fc.tuple(fc.nat(nodeCount - 1), fc.nat(nodeCount - 1)), {maxLength: nodeCount * 3})
      .map(pairs => fromEdges(nodeCount, pairs)),
  )

/** What node 0 reaches if `without` is removed: reachability and dominance in their plainest definition. */
export function reached(graph: Graph, without = -1): Set<number> {
  const seen = new Set<number>()
  const open = without === 0 ? [] : [0]
  while (open.length > 0) {
    const node = open.pop() ?? 0
    if (seen.has(node)) continue
    seen.add(node)
    for (let at = graph.firstEdge[node]; at < graph.firstEdge[node + 1]; at++) {
      if (graph.edges[at] !== without) open.push(graph.edges[at])
    }
  }

  return seen
}

/** The nodes that `node` dominates, including itself: they are reachable, but not if `node` is removed. */
export function dominatedBy(graph: Graph, node: number): Set<number> {
  const left = reached(graph, node)
  return new Set([...reached(graph)].filter(other => !left.has(other)))
}
