// What the capacity of a collection says about removed entries. The sizes are those that ObjectSpace.memsize_of printed.
import {expect, it} from 'vitest'
import {mayBeSized, removalsFrom} from '../../../../src/lib/analysis/suspects/removals.js'
import {heapOf} from '../../../support/heaps.js'

const SLOT = 40
const tableOf = (capacity: number) => SLOT + capacity * (capacity < 256 ? 26 : 28)

async function removalsOf(size: number, capacity: number) {
  const {index, subject} = await heapOf(`
    ROOT vm > hash
    Hash CLASS 540 name=Hash
    String CLASS 540 name=String
    hash HASH:Hash ${tableOf(capacity)} size=${size} > text
    text STRING:String 40`)
  return removalsFrom(subject.graph, index('hash'), () => false)
}

it.each([
  ['has only grown if its table is the smallest', 100, 128, 'none'],
  ['has lost entries if its table is larger', 100, 256, 'some'],
  ['shows nothing in its first table, which has 32 entries', 9, 32, null],
  ['shows nothing at 16 entries either', 16, 32, null],
  ['shows it from 17 entries on', 17, 32, 'none'],
] as const)('a Hash %s', async (_, size, capacity, removals) => {
  expect(await removalsOf(size, capacity)).toBe(removals)
})

it('a table created for exactly 2^n entries is as large as that of a cache with such a limit', async () => {
  expect(await removalsOf(1024, 2048)).toBe('some')
  const {index, subject} = await heapOf('ROOT vm > even odd\neven HASH 40 size=1024\nodd HASH 40 size=1025')
  expect(['even', 'odd'].map(name => mayBeSized(subject.heap, index(name)))).toEqual([true, false])
})
