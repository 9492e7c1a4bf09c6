// Owners by name, for sums that are compared between dumps. Addresses differ there, so all classes of one name are one
// owner; so are the threads of a pool, all instances of a class that only a thread or Object holds, and each kind of
// root.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {className, moduleName} from '../objects/class-names.js'
import {FIBER_LOCAL, isFiberLocal, rootLabels} from '../objects/labels.js'
import {isMainScript, MAIN_SCRIPT} from '../objects/main-script.js'
import {isOwner, isSilent, isThread, ownersOf} from '../objects/owners.js'
import {instanceName, threadName} from '../objects/owner.js'

/** The owner of garbage, in `ownerOf` and as a name. */
export const NO_OWNER = -1

/** The number at the end of a thread's name distinguishes the members of a pool. */
const NUMBER = /[ #_-]*\d+$/

export type Owners = {
  readonly names: readonly string[]
  /** By object: position in `names`; NO_OWNER for garbage. */
  readonly ownerOf: Int32Array
}

/**
 * The owner of each object: the object itself if it can be one, otherwise the owner above it, otherwise the kind of
 * root that holds it. If that is a thread, or says nothing (Object, the VM), then the topmost instance of an app class
 * below it, or the thread's own variables. `namesThreads` false: a thread goes by the code that it runs.
 */
export function findOwners(graph: HeapGraph, {namesThreads = true} = {}): Owners {
  const {
    heap,
    root,
    retained: {order},
    tree: {dominators},
  } = graph
  const names: string[] = []
  const byName = new Map<string, number>()
  const numberOf = (name: string) => {
    let number = byName.get(name)
    if (number === undefined) byName.set(name, (number = names.push(name) - 1))
    return number
  }

  const numbers = new Map<number, number>()
  const numberOfOwner = (owner: number) => {
    let number = numbers.get(owner)
    if (number === undefined) numbers.set(owner, (number = numberOf(ownerName(heap, owner, namesThreads))))
    return number
  }

  const says = (owner: number) => owner !== NONE && !isThread(heap, owner) && !isSilent(moduleName(heap, owner))
  // Converted in place, from indexes to positions in `names`.
  const ownerOf = ownersOf(graph)
  /** Objects below an instance that serves as the owner. */
  const isBelow = new Uint8Array(heap.count + 1)
  /** Objects that a thread's own variable holds, down to such instances. */
  const isLocal = new Uint8Array(heap.count + 1)
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    const dominator = dominators[index]
    const owner = isOwner(heap, index) ? index : ownerOf[index]
    if (owner === index) ownerOf[index] = numberOfOwner(owner)
    else if (isBelow[dominator] === 1) {
      isBelow[index] = 1
      ownerOf[index] = ownerOf[dominator]
    } else {
      const instance = says(owner) ? null : instanceName(heap, index)
      if (instance !== null && !isKeptByRoot(graph, index)) {
        isBelow[index] = 1
        ownerOf[index] = numberOf(instance)
      } else if (isLocal[dominator] === 1) {
        isLocal[index] = 1
        ownerOf[index] = ownerOf[dominator]
      } else if (owner !== NONE && owner === dominator && isThread(heap, owner) && isFiberLocal(heap, owner, index)) {
        isLocal[index] = 1
        ownerOf[index] = numberOf(`${FIBER_LOCAL} of ${names[numberOfOwner(owner)]}`)
      } else if (owner !== NONE) ownerOf[index] = numberOfOwner(owner)
      // An object without owner is directly below ROOT, or below another object without owner.
      else ownerOf[index] = dominator === root ? numberOf(rootName(graph, index)) : ownerOf[dominator]
    }
  }

  return {names, ownerOf}
}

/** The name of a class, module or thread. The threads of a pool have the same. */
export function ownerName(heap: Heap, owner: number, namesThreads = true): string {
  if (!isThread(heap, owner)) return moduleName(heap, owner)
  return threadName(heap, owner, namesThreads).replace(/"(.*)"$/, (_, name: string) => `"${name.replace(NUMBER, '')}"`)
}

/**
 * Symbols and their strings per hidden Array; another hidden Array lists these, and the last one may be shorter (twice
 * ID_ENTRY_UNIT of symbol.c).
 */
const SYMBOLS_LISTED = 1024

function listsSymbols({columns: {classes, edges, firstEdge, sizes, types}}: Heap, index: number): boolean {
  const isHidden = (one: number) => one !== NONE && types[one] === TYPE.ARRAY && classes[one] === NONE
  if (!isHidden(index)) return false
  const lists = edges.subarray(firstEdge[index], firstEdge[index + 1])
  return (
    lists.length > 1 &&
    lists.every((list, at) => isHidden(list) && (at === lists.length - 1 || sizes[list] === SYMBOLS_LISTED))
  )
}

/** Blocks that the VM calls when an object is freed have no owner. */
function isKeptByRoot(graph: HeapGraph, index: number): boolean {
  const [first = index] = graph.pathFromRoot(index)
  return /finalizers|end_proc/.test(rootLabels(graph.heap).get(first) ?? '')
}

/** The kind of root that the path to an object starts from: `global variables`. */
function rootName(graph: HeapGraph, index: number): string {
  const [first = index] = graph.pathFromRoot(index)
  if (isMainScript(graph.heap, first)) return MAIN_SCRIPT
  if (listsSymbols(graph.heap, first)) return 'symbol table'
  return (
    rootLabels(graph.heap)
      .get(first)
      ?.replace(/^ROOT /, '') ?? className(graph.heap, first)
  )
}
