import {array, assert, nat, property} from 'fast-check'
import {expect, it} from 'vitest'
import {TopList} from '../../../src/lib/analysis/top-list.js'

it('keeps the largest, largest first, ties in order', () => {
  assert(
    property(array(nat(20), {maxLength: 500}), nat(40), (sizes, top) => {
      const list = new TopList(top)
      sizes.forEach((size, index) => list.offer(index, size))
      const sorted = [...sizes.keys()].filter(index => sizes[index] > 0).toSorted((a, b) => sizes[b] - sizes[a] || a - b)
      expect(list.indexes()).toEqual(top === 0 ? sorted : sorted.slice(0, top))
    }),
    {numRuns: 500},
  )
})
