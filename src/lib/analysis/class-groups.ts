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
  const byOwner = new Int32Array(heap.count).fill(NONE)
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
      if (byOwner[owner] === NONE) byOwner[owner] = numberOf(index)
      groupOf[index] = byOwner[owner]
    }
  }

  return {groupOf, names}
}
