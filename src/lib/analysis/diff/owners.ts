// Whom a person would search the code for: the nearest named class or module that holds an object, a thread, or what kind of root.
// One pass down the dominator tree; 4 bytes an object.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG, type Heap, NONE} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {className, moduleName} from '../class-names.js'
import {rootLabels} from '../labels.js'

/** The owner of garbage, in `ownerOf` and by name. */
export const NO_OWNER = -1
export const GARBAGE = '(garbage)'

/** Every top-level constant is held by Object: to name it says nothing where something nearer can be named. */
const UNINFORMATIVE = new Set(['BasicObject', 'Class', 'Kernel', 'Module', 'Object'])
const THREAD = 'Thread'
const THREAD_STRUCT = 'VM/thread'
/** The agent's record of a thread's stack. */
const THREAD_STACK_CLASS = 'Heapdump::ThreadStack'

export type Owners = {
  readonly names: readonly string[]
  /** By object: position in `names`; NO_OWNER for garbage. */
  readonly ownerOf: Int32Array
  /** By position in `names`: index of the first class, module or thread of that name; NONE for a kind of root. */
  readonly indexes: readonly number[]
}

/** The owner of one object. `index` NONE: what holds it is a kind of root. null for garbage. */
export function ownerOf(graph: HeapGraph, index: number): {readonly name: string; readonly index: number} | null {
  if (!graph.isReachable(index)) return null
  for (let at = index; at !== graph.root; at = graph.dominator(at)) {
    const name = ownName(graph.heap, at)
    if (name !== null && (at === index || !UNINFORMATIVE.has(name))) return {index: at, name}
  }

  return ownerByPath(graph, index)
}

/** The owner of each object. */
export function findOwners(graph: HeapGraph): Owners {
  const {heap, root, retained: {order}, tree: {dominators}} = graph
  const ownerNumbers = new Int32Array(heap.count + 1).fill(NO_OWNER)
  const names: string[] = []
  const indexes: number[] = []
  const byName = new Map<string, number>()
  const numberOf = (name: string, index: number) => {
    let number = byName.get(name)
    if (number === undefined) {
      byName.set(name, (number = names.push(name) - 1))
      indexes.push(index)
    }

    return number
  }

  const uninformative = new Uint8Array(heap.count + 1)
  uninformative[root] = 1
  // Each node comes after its dominator.
  for (let at = 1; at < order.length; at++) {
    const node = order[at]
    const name = ownName(heap, node)
    if (name !== null) {
      ownerNumbers[node] = numberOf(name, node)
      if (UNINFORMATIVE.has(name)) uninformative[node] = 1
    } else if (uninformative[dominators[node]] === 0) {
      ownerNumbers[node] = ownerNumbers[dominators[node]]
    } else {
      const owner = ownerByPath(graph, node)
      ownerNumbers[node] = numberOf(owner.name, owner.index)
    }
  }

  return {indexes, names, ownerOf: ownerNumbers.subarray(0, heap.count)}
}

/** What no single class holds: the last one on a shortest path to it that says anything. */
function ownerByPath(graph: HeapGraph, index: number): {readonly name: string; readonly index: number} {
  const {pathParent} = graph
  let last: {name: string; index: number} | null = null
  let top = index
  for (let at = pathParent(index); at !== graph.root && at !== NONE; at = pathParent(at)) {
    top = at
    const name = ownName(graph.heap, at)
    if (name === null) continue
    last ??= {index: at, name}
    if (!UNINFORMATIVE.has(name)) return {index: at, name}
  }

  return last ?? {index: NONE, name: rootLabels(graph.heap).get(top)?.replace(/^ROOT /, '') ?? className(graph.heap, top)}
}

function ownName(heap: Heap, index: number): string | null {
  const {types, flags, classes} = heap.columns
  switch (types[index]) {
    case TYPE.CLASS:
    case TYPE.MODULE:
      return (flags[index] & (FLAG.named | FLAG.singleton)) === FLAG.named ? moduleName(heap, index) : null
    case TYPE.DATA:
      return heap.detail(index) === THREAD_STRUCT ? THREAD : null
    case TYPE.OBJECT:
      return classes[index] !== NONE && isThreadStack(heap, classes[index]) ? THREAD : null
    default:
      return null
  }
}

const stackClasses = new WeakMap<Heap, number>()

/** Objects are many, so their class is compared by its index. */
function isThreadStack(heap: Heap, owner: number): boolean {
  let found = stackClasses.get(heap)
  if (found === undefined) {
    const {types} = heap.columns
    found = NONE
    for (let index = 0; index < heap.count && found === NONE; index++) {
      if (types[index] === TYPE.CLASS && heap.detail(index) === THREAD_STACK_CLASS) found = index
    }

    stackClasses.set(heap, found)
  }

  return found === owner
}
