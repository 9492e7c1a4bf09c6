// How many strings have each value, and what they take: of all strings that have one in the dump. Counted once a heap.
import {type Heap, NONE} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import {type Counts, noCounts} from './census.js'

const counted = new WeakMap<Heap, Counts>()

/** By value. Not to be changed: it is everybody's. */
export function valueCounts(heap: Heap): Counts {
  let counts = counted.get(heap)
  if (counts === undefined) counted.set(heap, (counts = countValues(heap, () => true)))
  return counts
}

/** By value, of the strings that `isIn` lets through. */
export function countValues({columns, memsizes: memsizeOf, tables}: Heap, isIn: (index: number) => boolean): Counts {
  const {count, details, types} = columns
  const {objects, memsizes} = noCounts(tables.values.size)
  for (let index = 0; index < count; index++) {
    const value = details[index]
    if (types[index] !== TYPE.STRING || value === NONE || !isIn(index)) continue
    objects[value]++
    memsizes[value] += memsizeOf[index]
  }

  return {memsizes, objects}
}
