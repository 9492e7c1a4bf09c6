// The owners above each object, from the outermost one down: `Shop`, `Shop::Cache`, and then the object's class.
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {findOwners, NO_OWNER, ownerName} from '../compare/owners.js'
import {isSilent, ownersOf} from '../objects/owners.js'
import type {Subject} from '../objects/subject.js'
import type {Frame, Grouped} from './stacks.js'

/** More owners above each other are not code that anyone wrote. The outermost ones are left out. */
const MOST_OWNERS = 60

/** Groups live objects with the same owners and class. The last stack is for those without an owner: there are none. */
export function ownerPaths({classes, graph, heap}: Subject): Grouped {
  const frames: Frame[] = []
  const byName = new Map<string, number>()
  const frameOf = (name: string) => {
    let frame = byName.get(name)
    if (frame === undefined) byName.set(name, (frame = frames.push({file: null, line: null, name}) - 1))
    return frame
  }

  const above = ownersOf(graph)
  const nearest = findOwners(graph)
  const groupOf = new Int32Array(heap.count).fill(NONE)
  const pairs = new Map<number, number>()
  const groups = new Map<number, number>()
  const stacks: number[][] = []
  for (let index = 0; index < heap.count; index++) {
    if (nearest.ownerOf[index] === NO_OWNER) continue
    const pair = nearest.ownerOf[index] * classes.names.length + classes.groupOf[index]
    let number = pairs.get(pair)
    if (number === undefined) pairs.set(pair, (number = pairs.size))
    const key = number * (heap.count + 1) + above[index] + 1
    let group = groups.get(key)
    if (group === undefined) {
      const names = ownersAbove(heap, above, index)
      const own = nearest.names[nearest.ownerOf[index]]
      if (names.at(-1) !== own) names.push(own)
      group = stacks.push([...names, classes.names[classes.groupOf[index]]].map(frameOf)) - 1
      groups.set(key, group)
    }

    groupOf[index] = group
  }

  return {frames, groupOf, stacks: [...stacks, [frameOf('(no owner)')]]}
}

/** Names of the owners of an object, without those that say nothing (Object). */
function ownersAbove(heap: Heap, owners: Int32Array, index: number): string[] {
  const names: string[] = []
  for (let owner = owners[index]; owner !== NONE && names.length < MOST_OWNERS; owner = owners[owner]) {
    const name = ownerName(heap, owner)
    if (!isSilent(name)) names.push(name)
  }

  return names.toReversed()
}
