import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {dominatorTree, eachSource} from '../../../src/lib/graph/dominators.js'
import {NO_NODE} from '../../../src/lib/graph/graph.js'
import {cases} from '../../support/cases.js'
import {anyGraph, dominatedBy, fromEdges, graphOf, reached} from '../../support/graphs.js'

/** `b<a` for each node b whose immediate dominator is a. */
function dominators(text: string): string {
  const {graph, names} = graphOf(text)
  const tree = dominatorTree(graph, 0)
  return names
    .map((name, node) => (tree.dominators[node] === NO_NODE ? null : `${name}<${names[tree.dominators[node]]}`))
    .filter(Boolean)
    .join(' ')
}

describe('dominatorTree', () => {
  it('follows chains, joins and cycles', () => {
    expect(dominators('R>a, a>b, b>c')).toBe('a<R b<a c<b')
    expect(dominators('R>a b, a>c, b>c, c>d')).toBe('a<R b<R c<R d<c')
    expect(dominators('R>a, a>b c, b>d, c>d, d>a')).toBe('a<R b<a c<a d<a')
    // The example of Lengauer and Tarjan's paper.
    expect(dominators('R>A B C, A>D, B>A D E, C>F G, D>L, E>H, F>I, G>I J, H>E K, I>K, J>I, K>I R, L>H')).toBe(
      'A<R B<R C<R D<R E<R F<C G<C L<D H<R I<R J<G K<R',
    )
  })

  it('leaves out unreachable nodes', () => {
    expect(dominators('R>a, x>a y')).toBe('a<R')
  })

  it('agrees with the definition on thousands of random graphs: the nodes lost when a node is removed', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const tree = dominatorTree(graph, 0)
        for (const node of reached(graph)) {
          const above = [...reached(graph)].filter(other => other !== node && dominatedBy(graph, other).has(node))
          // The immediate dominator is dominated by all others.
          const immediate = above.find(one => above.every(other => other === one || dominatedBy(graph, other).has(one)))
          expect(tree.dominators[node]).toBe(immediate ?? NO_NODE)
        }
      }),
      {numRuns: cases(3000)},
    )
  })

  it('puts each node after its dominator', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const {dominators: idoms, nodes} = dominatorTree(graph, 0)
        const place = new Map(Array.from(nodes, (node, at) => [node, at]))
        expect([...nodes].toSorted((a, b) => a - b)).toEqual([...reached(graph)].toSorted((a, b) => a - b))
        for (const node of nodes.subarray(1)) expect(place.get(idoms[node])).toBeLessThan(place.get(node) ?? -1)
      }),
    )
  })

  it('lists the sources of the edges to each node', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const tree = dominatorTree(graph, 0)
        for (const node of reached(graph)) {
          const sources = [...reached(graph)].flatMap(source =>
            [...graph.edges.subarray(graph.firstEdge[source], graph.firstEdge[source + 1])]
              .filter(target => target === node)
              .map(() => source),
          )
          const found: number[] = []
          eachSource(tree, node, source => found.push(source))
          expect(found.toSorted((a, b) => a - b)).toEqual(sources.toSorted((a, b) => a - b))
        }
      }),
      {numRuns: cases(1000)},
    )
  })

  it('survives a chain of 200,000 nodes with an edge back to each', () => {
    const length = 200_000
    const pairs: Array<[number, number]> = []
    for (let node = 0; node + 1 < length; node++) pairs.push([node, node + 1], [node + 1, node])
    const tree = dominatorTree(fromEdges(length, pairs), 0)
    expect(tree.nodes.length).toBe(length)
    expect(tree.dominators[length - 1]).toBe(length - 2)
  })
})
