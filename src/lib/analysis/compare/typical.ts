// What a process of a group typically holds under one owner, from dumps of different ages: a process of five minutes
// holds less of a leak than one of a day, so sizes are compared at the same age.
import {medianOf, spreadOf} from './statistics.js'

export type Observation = {
  /** Age of the process at the dump; null: unknown. */
  readonly ageHours: number | null
  readonly memsize: number
  readonly dyno?: string | null
}

export type Typical = {
  /** The median, at the reference age. */
  readonly memsize: number
  /** Growth with age; null: the ages are unknown, or too much alike. */
  readonly perHour: number | null
  /** Its standard error, as far as these dumps show it. */
  readonly error: number
  /** Standard deviation of a single dump; null: there is only one. */
  readonly spread: number | null
  readonly seen: readonly Observation[]
  /** The size of each at the reference age. */
  readonly adjusted: readonly number[]
}

/** Pairs of dumps with less between their ages say little about growth. */
const LEAST_HOURS = 0.2
const LEAST_PAIRS = 3
const MOST_PAIRS = 600
/** How far growth is carried beyond the ages that were seen, as a multiple of their span. */
const FURTHEST = 1
/** Growth is not a straight line: a cache fills up. This share of what it adds between two ages is uncertain. */
const NOT_STRAIGHT = 0.5
/** The standard error of a median, as a multiple of that of a mean. */
const MEDIAN_ERROR = 1.2533

export function typicalOf(seen: readonly Observation[], referenceHours: number | null): Typical {
  const ages = seen.flatMap(({ageHours}) => (ageHours === null ? [] : [ageHours]))
  const perHour = referenceHours === null ? null : growthOf(seen)
  const furthest = ages.length === 0 ? 0 : FURTHEST * (Math.max(...ages) - Math.min(...ages))
  const added = ({ageHours}: Observation) =>
    ageHours === null || perHour === null || referenceHours === null
      ? 0
      : perHour * Math.max(-furthest, Math.min(furthest, referenceHours - ageHours))
  const adjusted = seen.map(one => Math.max(0, one.memsize + added(one)))
  const spread = seen.length < 2 ? null : spreadOf(adjusted)
  const byChance = (MEDIAN_ERROR * (spread ?? 0)) / Math.sqrt(seen.length)
  return {
    adjusted,
    error: Math.hypot(
      byChance,
      (NOT_STRAIGHT * medianOf(seen.map(one => Math.abs(added(one))))) / Math.sqrt(seen.length),
    ),
    memsize: medianOf(adjusted),
    perHour,
    seen,
    spread,
  }
}

/**
 * The median slope of pairs of dumps (Theil–Sen), of one process or of two. Up to 29 % of the dumps may be outliers
 * without changing it much.
 */
function growthOf(seen: readonly Observation[]): number | null {
  const known = seen.filter((one): one is Observation & {ageHours: number} => one.ageHours !== null)
  const all = (known.length * (known.length - 1)) / 2
  const step = Math.max(1, Math.ceil(all / MOST_PAIRS))
  const slopes: number[] = []
  let number = 0
  for (const [at, one] of known.entries()) {
    for (const other of known.slice(at + 1)) {
      const hours = other.ageHours - one.ageHours
      if (number++ % step === 0 && Math.abs(hours) >= LEAST_HOURS) slopes.push((other.memsize - one.memsize) / hours)
    }
  }

  return slopes.length < LEAST_PAIRS ? null : medianOf(slopes)
}
