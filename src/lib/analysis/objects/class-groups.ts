// Objects by class name. Classes with the same name form one group (an app that reloads code has several), anonymous
// classes one group each.
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import {className} from './class-names.js'

export type ClassGroups = {
  readonly names: readonly string[]
  /** Index into `names` by object. */
  readonly groupOf: Int32Array
}

/** Grouped once; the column stays in the heap's memory. */
export const classesOf = onceAHeap(groupByClass)

function groupByClass(heap: Heap): ClassGroups {
  const {
    columns: {details, types},
    scans,
  } = heap
  const names: string[] = []
  const byName = new Map<string, number>()
  const numberOf = (index: number) => {
    const name = className(heap, index)
    let number = byName.get(name)
    if (number === undefined) byName.set(name, (number = names.push(name) - 1))
    return number
  }

  const {firsts, groupOf} = scans.groups.numberClasses()
  // Objects without a class are grouped by type and detail.
  const internals = scans.select.placesOf(groupOf, NONE)
  scans.groups.rename(
    groupOf,
    firsts.map(index => numberOf(index)),
  )
  const pairs = scans.groups.numberPairs(internals, details, types)
  const named = pairs.firsts.map(index => numberOf(index))
  for (let at = 0; at < internals.length; at++) groupOf[internals[at]] = named[pairs.numbers[at]]
  return {groupOf, names}
}
