// Objects by the name of their class. Classes of one name are one group (an app that reloads code has several), classes without a
// name one group each.
import {type Heap, NONE} from '../heap/heap.js'
import {className} from './class-names.js'

export type ClassGroups = {
  readonly names: readonly string[]
  /** Index into `names` by object. */
  readonly groupOf: Int32Array
}

export function groupByClass(heap: Heap): ClassGroups {
  const {classes, types, details} = heap.columns
  const names: string[] = []
  const byName = new Map<string, number>()
  // Number + 1, so that what is no class stays untouched: memory that nobody writes to costs nothing.
  const byOwner = new Int32Array(heap.count)
  const byInternal = new Map<number, number>()
  const groupOf = new Int32Array(heap.count)
  const numberOf = (index: number) => {
    const name = className(heap, index)
    let number = byName.get(name)
    if (number === undefined) byName.set(name, (number = names.push(name) - 1))
    return number
  }

  for (let index = 0; index < heap.count; index++) {
    const owner = classes[index]
    if (owner === NONE) {
      // What has no class goes by its type and detail.
      const key = details[index] * 256 + types[index]
      let number = byInternal.get(key)
      if (number === undefined) byInternal.set(key, (number = numberOf(index)))
      groupOf[index] = number
    } else {
      if (byOwner[owner] === 0) byOwner[owner] = numberOf(index) + 1
      groupOf[index] = byOwner[owner] - 1
    }
  }

  return {groupOf, names}
}
