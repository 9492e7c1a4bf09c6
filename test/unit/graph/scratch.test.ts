import fc from 'fast-check'
import {expect, it} from 'vitest'
import {Scratch} from '../../../src/lib/graph/scratch.js'

it('gives no word of memory to two at a time, and uses again what comes back', () => {
  const steps = fc.array(fc.record({length: fc.integer({max: 40, min: 1}), what: fc.constantFrom('take', 'take', 'give', 'trim')}), {maxLength: 60})
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

      // All that came back is one block again.
      scratch.give(...taken)
      scratch.during(() => expect(scratch.take(200)).toHaveLength(200))
      expect(scratch.during(() => scratch.takeWide(99)).byteOffset % 8).toBe(0)
      expect(scratch.take(200).buffer).toBe(block.buffer)
      expect(() => scratch.take(1)).toThrow('no room')
    }),
  )
})

/** None where there is no room. */
function takenOf(scratch: Scratch, length: number): Int32Array[] {
  try {
    return [scratch.take(length)]
  } catch {
    return []
  }
}
