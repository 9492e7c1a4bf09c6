// Owners that were emptied and refilled: a batch that is cleared from time to time is larger in one dump than in
// another without growing.
import {NONE} from '../../heap/columns.js'
import {groupRows} from './group-rows.js'
import type {OwnedClass, OwnedClasses} from './owned-classes.js'

export type Emptied = {
  readonly className: string
  /** Objects of that class under the owner in the first dump, and how many of them are left in the last. */
  readonly before: number
  readonly left: number
}

/** Fewer objects may have belonged to a request. */
const LEAST_BEFORE = 64
/** In an untraced dump, a new object in the slot of one of the same class passes for it. */
const MOST_LEFT = 0.4
/** If there are this many times more now, the earlier objects prove nothing. */
const MOST_TIMES = 20

/**
 * By owner name: what became of the first dump's objects of the class that gained most bytes. `rowOf`: the row of each
 * object of the last dump. `before`: its index in the first dump (Matches.before).
 */
export function emptiedOwners(
  {all, ofRow}: OwnedClasses,
  rowOf: Int32Array,
  before: Int32Array,
): ReadonlyMap<string, Emptied> {
  const left = new Int32Array(all.length)
  for (let index = 0; index < rowOf.length; index++)
    if (rowOf[index] !== NONE && before[index] !== NONE) left[ofRow[rowOf[index]].number]++

  const emptied = new Map<string, Emptied>()
  const cameOf = ({before: had, now}: OwnedClass) => now.memsize - had.memsize
  for (const [owner, classes] of groupRows(all, one => one.owner)) {
    const [most] = classes.toSorted((a, b) => cameOf(b) - cameOf(a))
    const had = most.before.objects
    const stayed = left[most.number]
    if (had >= LEAST_BEFORE && stayed <= had * MOST_LEFT && most.now.objects <= had * MOST_TIMES)
      emptied.set(owner, {before: had, className: most.className, left: stayed})
  }

  return emptied
}
