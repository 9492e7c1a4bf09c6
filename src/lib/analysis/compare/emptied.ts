// Owners that let go of all they had and took in more: a batch that is cleared and fills again is larger at one dump than at
// another, and does not grow.
import {NONE} from '../../heap/columns.js'
import {groupRows} from './group-rows.js'
import type {OwnedClass, OwnedClasses} from './owned-classes.js'

export type Emptied = {
  readonly className: string
  /** Objects of that class under the owner in the first dump, and those of them that are left in the last. */
  readonly before: number
  readonly left: number
}

/** Fewer objects may have been those of a request. */
const LEAST_BEFORE = 64
/** Of an untraced dump, some that took the place of one of their own class pass for it. */
const MOST_LEFT = 0.4
/** Where there is so many times as much of it, what was there before says nothing. */
const MOST_TIMES = 20

/**
 * By owner's name: of the class of which most bytes came, what became of those that the first dump had. `rowOf`: the
 * last dump's objects' rows; `before`: by object, its index in the first (Matches.before).
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
