import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {pathTo, shortestPaths} from '../../../src/lib/graph/breadth-first.js'
import {dominatorTree} from '../../../src/lib/graph/dominators.js'
import type {Graph} from '../../../src/lib/graph/graph.js'
import {anyGraph, fromEdges, graphOf, reached} from '../../support/graphs.js'

const pathsOf = (graph: Graph) => shortestPaths(graph, dominatorTree(graph, 0))

describe('shortestPaths', () => {
  it('takes the shortest of several paths', () => {
    const {graph, names} = graphOf('R>a b, a>c, c>d, b>d, d>e')
    const parentOf = pathsOf(graph)
    expect(pathTo(parentOf, names.indexOf('e')).map(node => names[node])).toEqual(['R', 'b', 'd', 'e'])
  })

  it('reaches all reachable nodes, along existing edges', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const parentOf = pathsOf(graph)
        for (let node = 0; node < graph.nodeCount; node++) {
          const path = pathTo(parentOf, node)
          expect(path[0] === 0).toBe(reached(graph).has(node) || node === 0)
          for (let at = 1; at < path.length; at++) {
            const targets = graph.edges.subarray(graph.firstEdge[path[at - 1]], graph.firstEdge[path[at - 1] + 1])
            expect([...targets]).toContain(path[at])
          }
        }
      }),
    )
  })

  it('survives a chain of a million nodes', () => {
    const length = 1_000_000
    const graph = fromEdges(
      length,
      Array.from({length: length - 1}, (_, node) => [node, node + 1] as const),
    )
    expect(pathTo(pathsOf(graph), length - 1).length).toBe(length)
  })
})
