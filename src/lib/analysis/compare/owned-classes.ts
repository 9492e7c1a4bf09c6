// The classes of objects under each owner, whatever their sites, with their amounts in the first and the last dump.
import {type Amount, ownerName, type Tally} from './tally.js'

export type OwnedClass = {
  /** Position in `all`. */
  readonly number: number
  readonly className: string
  readonly owner: string
  readonly before: Amount
  readonly now: Amount
}

export type OwnedClasses = {
  readonly all: readonly OwnedClass[]
  /** By row of the last dump's tally. */
  readonly ofRow: readonly OwnedClass[]
}

export function ownedClasses(last: Tally, first: Tally): OwnedClasses {
  type Sums = {objects: number; memsize: number}
  const known = new Map<string, OwnedClass & {readonly before: Sums; readonly now: Sums}>()
  const add = (tally: Tally, row: number, when: 'before' | 'now') => {
    const className = tally.classNames[tally.classes[row]]
    const owner = ownerName(tally, row)
    const key = `${className}\0${owner}`
    const group = known.get(key) ?? {
      before: {memsize: 0, objects: 0},
      className,
      now: {memsize: 0, objects: 0},
      number: known.size,
      owner,
    }
    known.set(key, group)
    group[when].memsize += tally.memsizes[row]
    group[when].objects += tally.objects[row]
    return group
  }

  for (let row = 0; row < first.objects.length; row++) add(first, row, 'before')
  const ofRow = Array.from(last.objects, (_, row) => add(last, row, 'now'))
  return {all: [...known.values()], ofRow}
}
