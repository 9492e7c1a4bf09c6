import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {pathTo, shortestPathParents} from '../../../src/lib/graph/breadth-first.js'
import {depthFirst} from '../../../src/lib/graph/depth-first.js'
import {reverse} from '../../../src/lib/graph/graph.js'
import {anyGraph, fromEdges, graphOf, reached} from '../../support/graphs.js'

describe('shortestPathParents', () => {
  it('takes the shortest of several ways', () => {
    const {graph, names} = graphOf('R>a b, a>c, c>d, b>d, d>e')
    const parents = shortestPathParents(graph, 0)
    expect(pathTo(parents, names.indexOf('e')).map(node => names[node])).toEqual(['R', 'b', 'd', 'e'])
  })

  it('reaches what is reachable, by edges that exist', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const parents = shortestPathParents(graph, 0)
        for (let node = 0; node < graph.nodeCount; node++) {
          const path = pathTo(parents, node)
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
    const graph = fromEdges(length, Array.from({length: length - 1}, (_, node) => [node, node + 1] as const))
    expect(pathTo(shortestPathParents(graph, 0), length - 1).length).toBe(length)
    expect(depthFirst(graph, 0).count).toBe(length)
  })
})

describe('reverse', () => {
  it('turns every edge round, once', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const pairs = ({nodeCount, firstEdge, edges}: typeof graph) =>
          Array.from({length: nodeCount}, (_, node) => [...edges.subarray(firstEdge[node], firstEdge[node + 1])].map(target => [node, target])).flat()
        const sorted = (list: number[][]) => list.map(pair => pair.join(' ')).toSorted()
        expect(sorted(pairs(reverse(graph)).map(([a, b]) => [b, a]))).toEqual(sorted(pairs(graph)))
      }),
    )
  })
})
