// Owners by name, for what is added up in one dump and looked for in another: addresses are not the same there, so all classes of one
// name are one owner, so are the threads of a pool, all instances of a class that only a thread or Object holds, and each kind of root.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/heap.js'
import {className, moduleName} from '../class-names.js'
import {rootLabels} from '../labels.js'
import {isOwner, isSilent, isThread, ownersOf} from '../owners.js'
import {instanceName, threadName} from '../suspects/owner.js'

/** The owner of garbage, in `ownerOf` and by name. */
export const NO_OWNER = -1
export const GARBAGE = '(garbage)'

/** Numbers at the end of a thread's name tell the members of a pool apart. */
const NUMBER = /[ #_-]*\d+$/

export type Owners = {
  readonly names: readonly string[]
  /** By object: position in `names`; NO_OWNER for garbage. */
  readonly ownerOf: Int32Array
}

/**
 * The owner of each object: an owner itself, the one above of what is none, else what kind of root holds it. Where that is a thread, or says nothing
 * (Object, the VM), the first instance of a class below that has a name of its own.
 */
export function findOwners(graph: HeapGraph): Owners {
  const {heap, root, retained: {order}, tree: {dominators}} = graph
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
    if (number === undefined) numbers.set(owner, (number = numberOf(isThread(heap, owner) ? threadName(heap, owner).replace(/"(.*)"$/, (_, name: string) => `"${name.replace(NUMBER, '')}"`) : moduleName(heap, owner))))
    return number
  }

  const says = (owner: number) => owner !== NONE && !isThread(heap, owner) && !isSilent(moduleName(heap, owner))
  // In place: from indexes to positions in `names`.
  const ownerOf = ownersOf(graph)
  /** Below an instance that is taken for the owner. */
  const isBelow = new Uint8Array(heap.count + 1)
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
      } else if (owner !== NONE) ownerOf[index] = numberOfOwner(owner)
      // What has no owner is below nothing but ROOT or what has none either.
      else ownerOf[index] = dominator === root ? numberOf(rootName(graph, index)) : ownerOf[dominator]
    }
  }

  return {names, ownerOf}
}

/** What the VM calls when an object is gone is no owner's. */
function isKeptByRoot(graph: HeapGraph, index: number): boolean {
  const [first = index] = graph.pathFromRoot(index)
  return /finalizers|end_proc/.test(rootLabels(graph.heap).get(first) ?? '')
}

/** `global variables`: of what holds the first one on the way to an object. */
function rootName(graph: HeapGraph, index: number): string {
  const [first = index] = graph.pathFromRoot(index)
  return rootLabels(graph.heap).get(first)?.replace(/^ROOT /, '') ?? className(graph.heap, first)
}
