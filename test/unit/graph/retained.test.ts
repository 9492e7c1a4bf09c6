import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {dominatorTree} from '../../../src/lib/graph/dominators.js'
import {type Graph, NO_NODE} from '../../../src/lib/graph/graph.js'
import {dominated, groupRetainedSizes, retained} from '../../../src/lib/graph/retained.js'
import {anyGraph, dominatedBy, reached} from '../../support/graphs.js'

/** Sizes that no two sets of few nodes share. */
const sizeOf = (node: number) => 3 ** node
const ownSizes = ({nodeCount}: Graph) => Float64Array.from({length: nodeCount}, (_, node) => sizeOf(node))

describe('retained sizes', () => {
  it('are the sizes of what is lost with a node', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const tree = dominatorTree(graph, 0)
        const {counts, sizes} = retained(tree, ownSizes(graph))
        for (let node = 0; node < graph.nodeCount; node++) {
          const lost = [...dominatedBy(graph, node)]
          expect(sizes[node]).toBe(lost.reduce((sum, one) => sum + sizeOf(one), 0))
          expect(counts[node]).toBe(lost.length)
        }
      }),
      {numRuns: 1000},
    )
  })

  it('of a group are those of the union of what its members dominate', () => {
    const grouped = anyGraph.chain(graph =>
      fc.array(fc.integer({max: 2, min: -1}), {maxLength: graph.nodeCount, minLength: graph.nodeCount}).map(groups => ({graph, groups})),
    )
    fc.assert(
      fc.property(grouped, ({graph, groups}) => {
        const tree = dominatorTree(graph, 0)
        const groupOf = Int32Array.from(groups)
        const everything = {groupCount: 1, groupOf: new Int32Array(graph.nodeCount)}
        const [sizes, whole] = groupRetainedSizes(tree, retained(tree, ownSizes(graph)), [{groupCount: 3, groupOf}, everything])
        for (let group = 0; group < 3; group++) {
          const union = new Set<number>()
          groups.forEach((one, node) => {
            if (one === group) for (const lost of dominatedBy(graph, node)) union.add(lost)
          })
          expect(sizes[group]).toBe([...union].reduce((sum, one) => sum + sizeOf(one), 0))
        }

        expect(whole[0]).toBe([...reached(graph)].reduce((sum, one) => sum + sizeOf(one), 0))
      }),
      {numRuns: 1000},
    )
  })

  it('dominated lists each reached node once, under its dominator', () => {
    fc.assert(
      fc.property(anyGraph, graph => {
        const tree = dominatorTree(graph, 0)
        const {firstEdge, edges} = dominated(tree)
        const parents = new Int32Array(graph.nodeCount).fill(NO_NODE)
        for (let node = 0; node < graph.nodeCount; node++) for (let at = firstEdge[node]; at < firstEdge[node + 1]; at++) parents[edges[at]] = node
        expect(parents).toEqual(tree.dominators)
      }),
    )
  })
})
