import {describe, expect, it} from 'vitest'
import {GARBAGE} from '../../../../src/lib/analysis/compare/garbage.js'
import {findOwners, NO_OWNER} from '../../../../src/lib/analysis/compare/owners.js'
import {OwnerLookup, ownersOf} from '../../../../src/lib/analysis/objects/owners.js'
import {ownerOf} from '../../../../src/lib/analysis/objects/owner.js'
import {heapOf} from '../../../support/heaps.js'

/**
 * Two classes share a string, a Cart of the app is in a top-level constant, Parking holds a Fiber, a thread has its own
 * string.
 */
const HEAP = `
  ROOT vm > Object thread toplevel
  ROOT global_tbl > global
  Object CLASS 500 name=Object > First Second Parking String Array Cart Thread Fiber constant
  First  CLASS 500 name=First > alone shared
  Second CLASS 500 name=Second > shared
  Parking CLASS 500 name=Parking > fiber
  String CLASS 500 name=String
  Array  CLASS 500 name=Array
  Cart   CLASS 500 name=Cart
  Thread CLASS 500 name=Thread
  Fiber  CLASS 500 name=Fiber
  alone  STRING:String 40
  shared STRING:String 40
  constant ARRAY:Array 40 > cart
  cart   OBJECT:Cart 40 > item
  item   STRING:String 40
  fiber  DATA:Fiber 400 struct=fiber > parked
  parked STRING:String 40
  thread DATA:Thread 400 struct=VM/thread > local
  local  STRING:String 40
  global ARRAY:Array 40 > listed
  listed STRING:String 40
  toplevel DATA 40 struct=binding > queue
  queue  STRING:String 40
  garbage STRING:String 40
`

const NAMES = ['alone', 'shared', 'item', 'parked', 'local', 'listed', 'queue', 'garbage', 'First'] as const

describe('the owner of an object', () => {
  it('is an object of the dump: the nearest one above, or the nearest on the path if only Object dominates it', async () => {
    const {subject, index} = await heapOf(HEAP)
    const owners = ownersOf(subject.graph)
    const ownerIs = (name: string) =>
      ['First', 'Second', 'Parking', 'Object', 'thread'].find(one => index(one) === owners[index(name)]) ??
      owners[index(name)]
    expect(NAMES.map(name => `${name} ${ownerIs(name)}`)).toEqual([
      'alone First',
      'shared First',
      'item Object',
      'parked Parking',
      'local thread',
      'listed -1',
      'queue -1',
      'garbage -1',
      'First Object',
    ])
  })

  it('is the same whichever objects were asked about before', async () => {
    const {subject} = await heapOf(HEAP)
    const all = [...subject.heap.columns.types.keys()]
    const inOrder = ownersOf(subject.graph)
    for (const order of [all, all.toReversed()]) {
      const lookup = new OwnerLookup(subject.graph)
      const found = new Map(order.map(index => [index, lookup.ownerOf(index)]))
      expect(all.map(index => found.get(index))).toEqual([...inOrder])
    }
  })

  it('has a name for other dumps: threads and roots by kind, a class by itself, and instances for what Object holds', async () => {
    const {subject, index} = await heapOf(HEAP)
    const {names, ownerOf: numbers} = findOwners(subject.graph)
    const nameOf = (name: string) => (numbers[index(name)] === NO_OWNER ? GARBAGE : names[numbers[index(name)]])
    expect(NAMES.map(name => `${name} ${nameOf(name)}`)).toEqual([
      'alone First',
      'shared First',
      'item Cart',
      'parked Parking',
      'local Thread',
      'listed global variables',
      'queue main script',
      'garbage (garbage)',
      'First First',
    ])
  })

  it('groups the threads of a pool by name, and what a thread holds by class', async () => {
    const thread = (
      number: number,
    ) => `thread${number} DATA:Thread 400 struct=VM/thread > local${number} cart${number} name${number}
      local${number} STRING:String 40
      cart${number} OBJECT:Cart 40 > item${number}
      item${number} STRING:String 40
      name${number} STRING:String 40 value="puma srv tp 00${number}" frozen=true
      twin${number} STRING:String 40 value="puma srv tp 00${number}"`
    const {subject, index} = await heapOf(
      `${HEAP.replace('Object thread', 'Object thread thread1 thread2')}\n${thread(1)}\n${thread(2)}`,
    )
    const {names, ownerOf: numbers} = findOwners(subject.graph)
    expect(['local1', 'local2', 'item1', 'item2'].map(name => names[numbers[index(name)]])).toEqual([
      'Thread "puma srv tp"',
      'Thread "puma srv tp"',
      'Cart',
      'Cart',
    ])
  })

  it('of an accumulation is an instance of an app class rather than Object', async () => {
    const {subject, index} = await heapOf(HEAP)
    const told = (name: string) => {
      const {kind, name: owner} = ownerOf(subject.graph, index(name))
      return `${name} ${kind} ${owner}`
    }

    expect(NAMES.slice(0, 6).map(told)).toEqual([
      'alone module First',
      'shared module First',
      'item instance Cart',
      'parked module Parking',
      'local thread Thread',
      'listed global global variable',
    ])
  })
})
