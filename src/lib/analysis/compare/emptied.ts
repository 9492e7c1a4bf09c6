// Owners that let go of all they had and took in more: a batch that is cleared and fills again is larger at one dump than at
// another, and does not grow.
import {NONE} from '../../heap/columns.js'
import {ownerName, type Tally} from './tally.js'

export type Emptied = {
  readonly className: string
  /** Objects of that class under the owner in the first dump, and those of them that are left in the last. */
  readonly before: number
  readonly left: number
}

type Group = {className: string; before: number; left: number; now: number; bytes: number}

/** Fewer objects may have been those of a request. */
const LEAST_BEFORE = 64
/** Of an untraced dump, some that took the place of one of their own class pass for it. */
const MOST_LEFT = 0.4
/** Where there is so many times as much of it, what was there before says nothing. */
const MOST_TIMES = 20

/**
 * By owner's name: of the class of which most bytes came, what became of those that the first dump had. `before`: by
 * object of the last dump, its index in the first (Matches.before).
 */
export function emptiedOwners(
  {tally, rowOf}: {readonly tally: Tally; readonly rowOf: Int32Array},
  first: Tally,
  before: Int32Array,
): ReadonlyMap<string, Emptied> {
  const byOwner = new Map<string, Map<string, Group>>()
  const groupOf = (one: Tally, row: number): Group => {
    const className = one.classNames[one.classes[row]]
    const owner = ownerName(one, row)
    const groups = byOwner.get(owner) ?? new Map<string, Group>()
    byOwner.set(owner, groups)
    const group = groups.get(className) ?? {before: 0, bytes: 0, className, left: 0, now: 0}
    groups.set(className, group)
    return group
  }

  for (let row = 0; row < first.objects.length; row++) {
    const group = groupOf(first, row)
    group.before += first.objects[row]
    group.bytes -= first.memsizes[row]
  }

  const ofRow = Array.from(tally.objects, (objects, row) => {
    const group = groupOf(tally, row)
    group.now += objects
    group.bytes += tally.memsizes[row]
    return group
  })
  for (let index = 0; index < rowOf.length; index++)
    if (rowOf[index] !== NONE && before[index] !== NONE) ofRow[rowOf[index]].left++

  const emptied = new Map<string, Emptied>()
  for (const [owner, groups] of byOwner) {
    const [most] = [...groups.values()].toSorted((a, b) => b.bytes - a.bytes)
    const isEmptied =
      most.before >= LEAST_BEFORE && most.left <= most.before * MOST_LEFT && most.now <= most.before * MOST_TIMES
    if (isEmptied) emptied.set(owner, {before: most.before, className: most.className, left: most.left})
  }

  return emptied
}
