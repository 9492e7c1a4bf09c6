import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {dominatorTree} from '../../../src/lib/graph/dominators.js'
import {type Graph, NO_NODE} from '../../../src/lib/graph/graph.js'
import {childrenOf, groupRetainedSizes, retained} from '../../../src/lib/graph/retained.js'
import {cases} from '../../support/cases.js'
import {anyGraph, dominatedBy, graphOf, reached} from '../../support/graphs.js'

/** Sizes with a different sum for each small set of nodes. */
const sizeOf = (node: number) => 3 ** node
const shallowSizes = ({nodeCount}: Graph) => Float64Array.from({length: nodeCount}, (_, node) => sizeOf(node))

describe('retained sizes', () => {
  it('are the sizes of the nodes lost with a node', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const tree = dominatorTree(graph, 0)
        const {counts, sizes} = retained(tree, shallowSizes(graph))
        for (let node = 0; node < graph.nodeCount; node++) {
          const lost = [...dominatedBy(graph, node)]
          expect(sizes[node]).toBe(lost.reduce((sum, one) => sum + sizeOf(one), 0))
          expect(counts[node]).toBe(lost.length)
        }
      }),
      {numRuns: cases(1000)},
    )
  })

  it('of a group are those of the union of what its members dominate', () => {
    const grouped = anyGraph.chain(graph =>
      fc
        .array(fc.integer({max: 2, min: -1}), {maxLength: graph.nodeCount, minLength: graph.nodeCount})
        .map(groups => ({graph, groups})),
    )
    fc.assert(
      fc.property(grouped, ({graph, groups}) => {
        const tree = dominatorTree(graph, 0)
        const groupOf = Int32Array.from(groups)
        const everything = {groupCount: 1, groupOf: new Int32Array(graph.nodeCount)}
        const [sizes, whole] = groupRetainedSizes(retained(tree, shallowSizes(graph)), [
          {groupCount: 3, groupOf},
          everything,
        ])
        for (let group = 0; group < 3; group++) {
          const union = new Set<number>()
          groups.forEach((one, node) => {
            if (one === group) for (const lost of dominatedBy(graph, node)) union.add(lost)
          })
          expect(sizes[group]).toBe([...union].reduce((sum, one) => sum + sizeOf(one), 0))
        }

        expect(whole[0]).toBe([...reached(graph)].reduce((sum, one) => sum + sizeOf(one), 0))
      }),
      {numRuns: cases(1000)},
    )
  })

  it('have children: each reachable node once, below its dominator', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const tree = dominatorTree(graph, 0)
        const all = retained(tree, shallowSizes(graph))
        const parents = new Int32Array(graph.nodeCount).fill(NO_NODE)
        for (const node of reached(graph)) for (const child of childrenOf(all, node)) parents[child] = node
        expect(parents).toEqual(tree.dominators)
        expect([...all.order].toSorted((a, b) => a - b)).toEqual([...reached(graph)].toSorted((a, b) => a - b))
      }),
    )
  })

  it('are exact beyond 32 bits', () => {
    const {graph} = graphOf('R>a, a>b c, b>d')
    const tree = dominatorTree(graph, 0)
    expect([...retained(tree, Float64Array.of(1, 2, 2 ** 32 - 1, 4, 5)).sizes]).toEqual([
      2 ** 32 + 11,
      2 ** 32 + 10,
      2 ** 32 + 4,
      4,
      5,
    ])
    expect([...retained(tree, Uint32Array.of(1, 2, 2 ** 32 - 1, 4, 5)).sizes]).toEqual([
      2 ** 32 + 11,
      2 ** 32 + 10,
      2 ** 32 + 4,
      4,
      5,
    ])
    expect([...retained(tree, Uint32Array.of(1, 2, 2 ** 31, 4, 5)).sizes]).toEqual([
      2 ** 31 + 12,
      2 ** 31 + 11,
      2 ** 31 + 5,
      4,
      5,
    ])
  })
})
