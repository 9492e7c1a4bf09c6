// Which groups hold more under one owner than the others, by more than chance.
import {type Point, type Stretch, stretchesOf} from './lines.js'
import {medianOf} from './statistics.js'
import type {Typical} from './typical.js'

export type Difference = {
  /** Positions of the groups that hold more. For releases: from the one that brought it on. */
  readonly groups: readonly number[]
  /** How much the others hold, and how much more these do. */
  readonly before: number
  readonly memsize: number
  /** For releases: the age of a process at which it was compared; null: unknown. */
  readonly ageHours: number | null
  /** For releases: growth with age in the groups before, and in these; null: unknown. */
  readonly perHourBefore: number | null
  readonly perHour: number | null
  /** For releases: position of the one since which it is gone; null: it is still there. */
  readonly gone: number | null
}

/** A difference is at least this number of standard errors. */
const CLEARLY = 4

type PointOnDyno = Point & {readonly dyno: string | null}

/** If one dyno changes by this much more than all of them together, the others do not change. */
const ONE_ALONE = 1.5
/** Each dyno is looked at alone, up to this number. */
const MOST_DYNOS = 20

/** The largest change of all dynos, or that of a single one: where it hides among the others. */
export function changeOnDynos(
  groups: ReadonlyArray<readonly PointOnDyno[]>,
  reference: number | null,
  material: number,
): Difference | null {
  const together = changeBetween(groups, reference, material)
  const dynos = [...new Set(groups.flatMap(points => points.flatMap(({dyno}) => dyno ?? [])))]
  if (dynos.length < 2 || dynos.length > MOST_DYNOS) return together
  const alone = dynos.flatMap(dyno => {
    const ofDyno = groups.map(points => points.filter(one => one.dyno === dyno))
    const positions = ofDyno.flatMap((points, at) => (points.length > 0 ? [at] : []))
    const change = changeBetween(
      positions.map(at => ofDyno[at]),
      reference,
      material,
    )
    if (change === null) return []
    const gone = change.gone === null ? null : positions[change.gone]
    return [{...change, gone, groups: change.groups.map(at => positions[at])}]
  })
  const [largest] = alone.toSorted((a, b) => Number(b.gone === null) - Number(a.gone === null) || b.memsize - a.memsize)
  if (largest === undefined) return together
  const isBetter =
    together === null ||
    (together.gone !== null && largest.gone === null) ||
    (largest.memsize > together.memsize * ONE_ALONE && largest.groups[0] <= together.groups[0])
  return isBetter ? largest : together
}

/**
 * For releases, which follow each other: the largest change for the worse. `groups`: bytes over age; `reference`: the age
 * to compare at, if those that changed have been seen at that age; null: ages are unknown. It is gone as soon as less
 * than half of it is left.
 */
function changeBetween(
  groups: ReadonlyArray<readonly Point[]>,
  reference: number | null,
  material: number,
): Difference | null {
  const stretches = stretchesOf(groups, material / 4)
  let found: Difference | null = null
  for (const [at, stretch] of stretches.entries()) {
    if (at === 0) continue
    const age = Math.max(stretch.span[0], Math.min(stretch.span[1], reference ?? 0))
    const [before, now] = [stretches[at - 1].at(age), stretch.at(age)]
    const memsize = now.y - Math.max(0, before.y)
    if (memsize < Math.max(material, CLEARLY * Math.hypot(before.error, now.error))) continue
    if (found !== null && memsize <= found.memsize) continue
    const isLess = (later: Stretch) => later.at(age).y < before.y + memsize / 2
    const after = stretches.slice(at).findIndex(isLess)
    const gone = after === -1 ? null : stretches[at + after].start
    found = {
      ageHours: reference === null ? null : age,
      before: Math.max(0, Math.round(before.y)),
      gone,
      groups: groups.slice(stretch.start, gone ?? undefined).map((_, position) => stretch.start + position),
      memsize: Math.round(memsize),
      perHour: reference === null ? null : Math.round(stretch.slope),
      perHourBefore: reference === null ? null : Math.round(stretches[at - 1].slope),
    }
  }

  return found
}

/** For dynos and processes: the groups above the widest gap, if it divides them clearly. */
export function outliersAmong(
  levels: ReadonlyArray<Pick<Typical, 'error' | 'memsize'>>,
  material: number,
): Difference | null {
  const ranked = levels.map((one, at) => ({...one, at})).toSorted((a, b) => a.memsize - b.memsize)
  const gaps = ranked.slice(1).map(({memsize}, at) => memsize - ranked[at].memsize)
  if (gaps.length === 0) return null
  const widest = gaps.reduce((most, gap, at) => (gap > gaps[most] ? at : most), 0)
  const [below, above] = [ranked.slice(0, widest + 1), ranked.slice(widest + 1)]
  const before = medianOf(below.map(({memsize}) => memsize))
  const memsize = medianOf(above.map(one => one.memsize)) - before
  const error = Math.hypot(below[below.length - 1].error, above[0].error)
  // Sizes that are spread evenly have no two sides.
  if (gaps[widest] < Math.max(material, CLEARLY * error, memsize / 2)) return null
  const groups = above.map(({at}) => at).toSorted((a, b) => a - b)
  return {
    ageHours: null,
    before: Math.round(before),
    gone: null,
    groups,
    memsize: Math.round(memsize),
    perHour: null,
    perHourBefore: null,
  }
}
