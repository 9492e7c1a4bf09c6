// What to call the class of an object, so that a person can search the code for it.
import {FLAG, type Heap, NONE} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'

/** A class's or module's own name; `#<Class:…>` for one without. */
export function moduleName(heap: Heap, index: number): string {
  const name = heap.detail(index)
  const {flags, types} = heap.columns
  if (name !== null && (flags[index] & FLAG.named) !== 0) return name
  const kind = types[index] === TYPE.MODULE ? 'Module' : 'Class'
  if ((flags[index] & FLAG.singleton) !== 0) return name ?? kind
  return `#<${kind}:${heap.address(index)}>`
}

/**
 * The name under which an object is counted: its class's, for an object with a singleton class the class before it. What has no
 * class is internal to Ruby and goes by its type: `(IMEMO iseq)`, `(HASH)`.
 */
export function className(heap: Heap, index: number): string {
  const owner = heap.columns.classes[index]
  if (owner !== NONE) return moduleName(heap, owner)
  const detail = heap.columns.types[index] === TYPE.IMEMO || heap.columns.types[index] === TYPE.DATA ? heap.detail(index) : null
  return detail === null ? `(${heap.typeName(index)})` : `(${heap.typeName(index)} ${detail})`
}
