// Roots that Ruby 3.4 and later have but do not print.
import {describe, expect, it} from 'vitest'
import {explain, type Explanation} from '../../../src/lib/analysis/explain/explain.js'
import {heapOf, type WrittenHeap} from '../../support/heaps.js'

const CORE = `
  ROOT vm > list
  list   DATA 8296 struct=VM/pin_array_list > Object earlier
  earlier DATA 8296 struct=VM/pin_array_list > frozen
  frozen STRING:String 40
  Object CLASS:Meta 500 name=Object > Shop String Proc
  Meta   CLASS 500 real_class_name=Class singleton=true > Object
  Shop   CLASS 500 name=Shop > orders
  String CLASS 500 name=String
  Proc   CLASS 500 name=Proc
  orders ARRAY:Array 40 length=1 > order
  order  STRING:String 40
  Array  CLASS 500 name=Array`

function pathOf(heap: WrittenHeap, name: string): readonly string[] {
  const explanation = explain(heap.subject, {showValues: false, top: 0, what: heap.address(name)})
  return (explanation as Explanation & {kind: 'object'}).pathFromRoot.steps.map(
    ({label, reference}) => `${reference ?? ''} ${label}`,
  )
}

describe('an object registered by native code', () => {
  it('is held by the VM, as Ruby before 3.4 prints it', async () => {
    const heap = await heapOf(CORE)
    expect(pathOf(heap, 'order')).toEqual([
      'ROOT VM Object (class)',
      'constant Shop (class)',
      'constant or variable Array, 1 element',
      'element String, 40 B',
    ])
    expect(pathOf(heap, 'frozen')).toEqual(['ROOT VM String, 40 B'])
    const {columns} = heap.subject.heap
    expect(columns.rootCategories).toEqual(['vm'])
    expect([...columns.roots]).toEqual(['list', 'Object', 'earlier', 'frozen'].map(name => heap.index(name)))
  })
})

const NEW = 'flags={"wb_protected":true}'
const OLD = 'flags={"wb_protected":true,"old":true}'

it('there may be far more registered references than objects', async () => {
  const heap = await heapOf(
    `ROOT vm > list\nlist DATA 80 struct=VM/pin_array_list >${' one'.repeat(200_000)}\none STRING 40`,
  )
  expect(heap.subject.graph.isReachable(heap.index('one'))).toBe(true)
})

/** An object that only a list of finalizers holds. */
const FINALIZER = `
  block  DATA:Proc 80 struct=proc > held
  held   STRING:String 40`

async function reaches(lines: string, core = CORE): Promise<boolean> {
  const heap = await heapOf(`${core}\n${FINALIZER}\n${lines}`)
  return heap.subject.graph.isReachable(heap.index('held'))
}

describe('a hidden Array', () => {
  it.each([
    ['of blocks', 'list2 ARRAY 40 length=1 > block'],
    ["with the object's id before them", 'list2 ARRAY 40 length=2 > block'],
    ['of an object and a block, once it is old,', `list2 ARRAY 40 length=2 ${OLD} > block reaper\nreaper OBJECT 40`],
    ['of a method and a block', 'list2 ARRAY 40 length=2 > method block\nmethod DATA 80 struct=method'],
  ])('%s without referrers is a list of finalizers', async (_what, lines) => {
    const heap = await heapOf(`${CORE}\n${FINALIZER}\n${lines}`)
    expect(pathOf(heap, 'held')[0]).toMatch(/^ROOT finalizers \(ARRAY\), /)
  })

  it.each([
    ['of an object and a block, when it is new,', `list2 ARRAY 40 length=2 ${NEW} > block reaper\nreaper OBJECT 40`],
    ['with something else in it', 'list2 ARRAY 40 length=2 > block other\nother STRING:String 40'],
    ['with several immediates in it', 'list2 ARRAY 40 length=3 > block'],
    ['with a referrer', 'list2 ARRAY 40 length=1 > block\nother ARRAY:Array 40 length=1 > list2'],
    ['with a class', 'list2 ARRAY:Array 40 length=1 > block'],
  ])('%s is not', async (_what, lines) => {
    expect(await reaches(lines)).toBe(false)
  })

  it('is not one if Ruby prints its finalizers', async () => {
    const older = CORE.replaceAll('DATA 8296 struct=VM/pin_array_list', 'ARRAY 8296')
    expect(await reaches('list2 ARRAY 40 length=1 > block', older)).toBe(false)
  })

  it('is not one if only the record of its class is missing, in a truncated dump', async () => {
    const cut = `${CORE}\n${FINALIZER}\nlist2 ARRAY 40 class=0x7f0000ffff00 length=1 > block`
    const heap = await heapOf(cut)
    expect(heap.subject.graph.isReachable(heap.index('held'))).toBe(false)
  })
})
