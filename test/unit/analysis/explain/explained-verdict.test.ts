import {describe, expect, it} from 'vitest'
import {explain} from '../../../../src/lib/analysis/explain/explain.js'
import {articled, heldMostly, verdictOfExplanation} from '../../../../src/lib/analysis/explain/explained-verdict.js'
import {heapOf} from '../../../support/heaps.js'
import {statementCache} from '../../../support/statement-cache.js'

/** A global variable, a thread's own variable, a nested constant, an object with two owners, instances of two owners. */
const HEAP = `
  ROOT vm > Object thread
  ROOT global_tbl > global
  SHAPE 1 0 @name
  Object CLASS 500 name=Object > Shop Cart String Array Thread cart
  Shop   MODULE 500 name=Shop > Prices shared
  Prices CLASS 500 name=Shop::Prices > shared
  Cart   CLASS 500 name=Cart
  String CLASS 500 name=String
  Array  CLASS 500 name=Array
  Thread CLASS 500 name=Thread
  cart   OBJECT:Cart 40 ivars=1 shape_id=1 > name
  name   STRING:String 40 bytesize=3
  shared STRING:String 40 bytesize=3
  thread DATA:Thread 400 struct=VM/thread > local
  local  STRING:String 1000 bytesize=900
  global ARRAY:Array 40 length=1 > listed
  listed STRING:String 40 bytesize=3
  lost   STRING:String 40 bytesize=3
`

const explained = async (heap: Awaited<ReturnType<typeof heapOf>>, what: string) =>
  verdictOfExplanation(explain(heap.subject, {showValues: false, top: 8, what})).join(' ')

describe('the answer of an explanation', () => {
  it('says why it is alive, what removing it frees, and where entries accumulate', async () => {
    const heap = await statementCache()
    expect(await explained(heap, 'IssuesQuery')).toBe(
      'Alive because a constant refers to it. Removing it frees 59.1 kB (90 % of live memory), 94 objects. ' +
        '30 × String accumulate in a Hash with 30 entries: 36.0 kB.',
    )
    expect(await explained(heap, heap.address('cache'))).toBe(
      'Alive because IssuesQuery (class) holds it, in @cache of a StatementPool. ' +
        'Removing it frees 58.2 kB (89 % of live memory), 91 objects. 30 × String accumulate in it: 36.0 kB.',
    )
    expect(await explained(heap, heap.address('sql7'))).toBe(
      'Alive because IssuesQuery (class) holds it, in a Hash with 30 entries. Removing it frees 1.2 kB (1.8 % of live memory).',
    )
  })

  it('names the root, the thread or the module that holds an object', async () => {
    const heap = await heapOf(HEAP)
    const because = async (name: string) => (await explained(heap, heap.address(name))).replace(/\. .*/, '')
    expect(await because('global')).toBe('Alive because a global variable refers to it')
    expect(await because('listed')).toBe('Alive because a global variable holds it, in an Array with 1 element')
    expect(await because('local')).toBe('Alive because Thread holds it, on its stack or in a thread-local variable')
    expect(await because('Prices')).toBe('Alive because a constant of Shop (module) refers to it')
    expect(await because('cart')).toBe('Alive because a constant refers to it')
    expect(await because('name')).toBe('Alive because a constant holds it, in @name of a Cart')
    expect(await because('shared')).toMatch(/^Alive because Shop/)
  })

  it('says of garbage that it is garbage', async () => {
    const heap = await heapOf(HEAP)
    expect(await explained(heap, heap.address('lost'))).toMatch(/^It is garbage: /)
  })

  it('tells who holds most of the instances of a class, or of the objects of a line', async () => {
    const heap = await statementCache()
    expect(await explained(heap, 'String')).toBe(
      'Alive mostly because IssuesQuery (class) holds 60 of the 63. ' +
        'Removing them frees 37.3 kB (57 % of live memory), 63 objects. 60 accumulate in a StatementPool.',
    )
    expect(await explained(heap, 'issues_query.rb:11')).toBe(
      'Alive because IssuesQuery (class) holds them. Removing them frees 36.0 kB (55 % of live memory), 30 objects. ' +
        '30 accumulate in a Hash with 30 entries (@cache).',
    )
  })

  it('names no single owner where several threads, or other owners, hold similar parts', () => {
    const group = (...owners: Array<[string | null, number]>) =>
      heldMostly({
        owners: owners.map(([owner, objects]) => ({address: null, memsize: objects, objects, owner})),
        reachableObjects: 6,
      })
    expect(group([null, 1], ['Thread "a"', 1], ['Thread "b"', 2], ['Thread "c"', 2])).toBe(
      'Alive because 3 threads hold 5 of the 6.',
    )
    expect(group(['Thread "a"', 3], ['Thread "b"', 3])).toBe('Alive because 2 threads hold them.')
    expect(group(['Shop', 2], ['Cart', 2], [null, 2])).toBe(
      'Alive because several owners hold them; Shop holds 2 of the 6.',
    )
    expect(group(['Cart', 1], ['Shop', 4])).toBe('Alive mostly because Shop holds 4 of the 6.')
  })

  it('follows the largest of them down to where entries accumulate', async () => {
    const heap = await statementCache()
    expect(await explained(heap, 'StatementPool')).toBe(
      'Alive because IssuesQuery (class) holds it. Removing it frees 58.2 kB (89 % of live memory), 92 objects. ' +
        '30 × String accumulate in a Hash with 30 entries: 36.0 kB.',
    )
  })

  it('counts as another owner only what would keep it alive', async () => {
    const heap = await heapOf(`${HEAP.replace('shape_id=1 > name', 'shape_id=1 > name back')}
      back ARRAY:Array 40 length=1 > cart`)
    const others = (name: string) => {
      const object = explain(heap.subject, {showValues: false, top: 8, what: heap.address(name)})
      return object.kind === 'object' ? [object.otherOwners, object.referrers.owning] : null
    }
    // The Array refers back to the Cart that holds it; two classes hold the String.
    expect(others('cart')).toEqual([0, 2])
    expect(others('shared')).toEqual([1, 2])
  })

  it('counts no stack that is only reserved, and says what ending a thread frees', async () => {
    const heap = await statementCache()
    expect(await explained(heap, heap.address('thread'))).toContain('Ending it frees 424 B (0.6 % of live memory).')
  })
})

it('puts labels into sentences', () => {
  const of = (label: string) => articled({label, role: 'object'})
  expect([
    of('Hash, 15,003 entries'),
    of('Array, 1 element'),
    of('String, 5.6 MB'),
    of('IssuesQuery'),
    of('(ARRAY), 69,112 elements'),
  ]).toEqual([
    'a Hash with 15,003 entries',
    'an Array with 1 element',
    'a String of 5.6 MB',
    'an IssuesQuery',
    'a hidden array with 69,112 elements',
  ])
  expect(articled({label: 'IssuesQuery (class)', role: 'class'})).toBe('IssuesQuery (class)')
})
