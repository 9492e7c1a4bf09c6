import fc from 'fast-check'
import {expect, it} from 'vitest'
import {wordsForGraph} from '../../../src/lib/graph/scratch-for-graph.js'
import {Scratch} from '../../../src/lib/wasm/scratch.js'
import {cases} from '../../support/cases.js'

it('never hands out a word of memory twice, and reuses what is released', () => {
  const steps = fc.array(
    fc.record({length: fc.integer({max: 40, min: 1}), what: fc.constantFrom('take', 'take', 'give', 'trim')}),
    {maxLength: 60},
  )
  fc.assert(
    fc.property(steps, all => {
      const memory = new WebAssembly.Memory({initial: 1})
      const block = new Int32Array(memory.buffer, 0, 200)
      const scratch = new Scratch(20, memory, [block])
      const taken: Int32Array[] = []
      for (const {length, what} of all) {
        if (what === 'take') taken.push(...takenOf(scratch, length))
        else if (what === 'give' && taken.length > 0) scratch.give(...taken.splice(length % taken.length, 1))
        else if (what === 'trim' && taken.length > 0) {
          const [column] = taken.splice(length % taken.length, 1)
          taken.push(scratch.trim(column, Math.ceil(column.length / 2)))
        }

        for (const [number, column] of taken.entries()) column.fill(number)
        for (const [number, column] of taken.entries()) expect(column.every(word => word === number)).toBe(true)
      }

      // Everything released is one block again.
      scratch.give(...taken)
      scratch.during(() => expect(scratch.take(200)).toHaveLength(200))
      expect(scratch.during(() => scratch.takeWide(99)).byteOffset % 8).toBe(0)
      expect(scratch.take(200).buffer).toBe(block.buffer)
      expect(() => scratch.take(1)).toThrow('Not enough scratch memory')
    }),
  )
})

it('has enough memory for the algorithms, however the existing memory is fragmented', () => {
  const sizes = fc.record({
    edges: fc.nat(60),
    more: fc.nat(30),
    nodes: fc.integer({max: 12, min: 1}),
    pieces: fc.array(fc.integer({max: 200, min: 1}), {maxLength: 12}),
  })
  const memory = new WebAssembly.Memory({initial: 1})
  fc.assert(
    fc.property(sizes, ({edges, more, nodes, pieces}) => {
      let end = 0
      const block = (words: number) => {
        const start = end
        // A word between them, so that no two are merged.
        end = start + words + 1
        return new Int32Array(memory.buffer, start * 4, words)
      }

      const blocks = [...pieces, wordsForGraph(nodes, edges, {more, pieces})].map(words => block(words))
      const scratch = new Scratch(nodes + 1, memory, blocks)
      const lengths = [
        more,
        nodes + 1,
        nodes + 1,
        (nodes + edges) * 2,
        nodes + edges,
        ...Array.from({length: 12}, () => nodes + 1),
      ]
      for (const length of lengths) expect(scratch.take(length)).toHaveLength(length)
    }),
    {numRuns: cases(2000)},
  )
})

/** null if there is not enough memory. */
function takenOf(scratch: Scratch, length: number): Int32Array[] {
  try {
    return [scratch.take(length)]
  } catch {
    return []
  }
}
