// Owners by name, for what is added up in one dump and looked for in another: addresses and the names of single threads are not the
// same there, so all classes of one name are one owner, all threads are, and so is each kind of root. A class's own memory is its own.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/heap.js'
import {className, moduleName} from '../class-names.js'
import {rootLabels} from '../labels.js'
import {isOwner, isThread, ownersOf} from '../owners.js'

/** The owner of garbage, in `ownerOf` and by name. */
export const NO_OWNER = -1
export const GARBAGE = '(garbage)'

const THREAD = 'Thread'

export type Owners = {
  readonly names: readonly string[]
  /** By object: position in `names`; NO_OWNER for garbage. */
  readonly ownerOf: Int32Array
}

/** The owner of each object: an owner itself, the one above of what is none, else what kind of root holds it. */
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
    if (number === undefined) numbers.set(owner, (number = numberOf(isThread(heap, owner) ? THREAD : moduleName(heap, owner))))
    return number
  }

  // In place: from indexes to positions in `names`.
  const ownerOf = ownersOf(graph)
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    const owner = isOwner(heap, index) ? index : ownerOf[index]
    if (owner !== NONE) ownerOf[index] = numberOfOwner(owner)
    // What has no owner is below nothing but ROOT or what has none either.
    else ownerOf[index] = dominators[index] === root ? numberOf(rootName(graph, index)) : ownerOf[dominators[index]]
  }

  return {names, ownerOf}
}

/** `global variables`: of what holds the first one on the way to an object. */
function rootName(graph: HeapGraph, index: number): string {
  const [first = index] = graph.pathFromRoot(index)
  return rootLabels(graph.heap).get(first)?.replace(/^ROOT /, '') ?? className(graph.heap, first)
}
