// The name of an object's class, as you would grep for it.
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'

const MAX_SINGLETONS = 100

export function isModule(heap: Heap, index: number): boolean {
  const type = heap.columns.types[index]
  return type === TYPE.CLASS || type === TYPE.MODULE
}

/** Whether it is a class or module with its own name. A singleton class has another one's. */
export function isNamedModule(heap: Heap, index: number): boolean {
  return isModule(heap, index) && (heap.columns.flags[index] & (FLAG.named | FLAG.singleton)) === FLAG.named
}

/**
 * The name of a class or module; `#<Class:0x…>` for an anonymous one. A singleton class has the name of the class that
 * it extends, which Ruby puts into its record unless that class is anonymous.
 */
export function moduleName(heap: Heap, index: number): string {
  const {flags, types} = heap.columns
  let at = index
  // A damaged dump may chain classes in a ring.
  for (let steps = 0; steps < MAX_SINGLETONS; steps++) {
    const name = heap.detail(at)
    if (name !== null && (flags[at] & (FLAG.named | FLAG.singleton)) !== 0) return name
    const superclass = heap.tables.superclasses.get(at)
    if ((flags[at] & FLAG.singleton) === 0 || superclass === undefined) break
    at = superclass
  }

  return `#<${types[at] === TYPE.MODULE ? 'Module' : 'Class'}:${heap.address(at)}>`
}

/**
 * The class name under which an object is counted, ignoring singleton classes. An object without a class is internal to
 * Ruby and is counted by type: `(IMEMO iseq)`, `(HASH)`.
 */
export function className(heap: Heap, index: number): string {
  const owner = heap.columns.classes[index]
  if (owner !== NONE) return moduleName(heap, owner)
  const detail =
    heap.columns.types[index] === TYPE.IMEMO || heap.columns.types[index] === TYPE.DATA ? heap.detail(index) : null
  return detail === null ? `(${heap.typeName(index)})` : `(${heap.typeName(index)} ${detail})`
}

/** Whether its class, or one of the superclasses, has the name. */
export function isKindOf(heap: Heap, index: number, name: string): boolean {
  const {superclasses} = heap.tables
  let owner = heap.columns.classes[index]
  for (let steps = 0; owner !== NONE && owner !== undefined && steps < 50; steps++) {
    if (heap.detail(owner) === name) return true
    owner = superclasses.get(owner) ?? NONE
  }

  return false
}
