// How much each owner holds in each group of dumps.
import type {DumpSummary} from './dump-summary.js'
import type {GroupOfDumps} from './dump-groups.js'
import {medianOf} from './statistics.js'
import {type Observation, type Typical, typicalOf} from './typical.js'

export type OwnerLevels = {
  readonly owner: string
  /** One for each group. */
  readonly levels: readonly Typical[]
}

const HOUR_MS = 3_600_000
/** Less is never a finding: 1 MB, or this share of the heap. */
const MATERIAL_BYTES = 1e6
const MATERIAL_SHARE = 0.01

export function ageHours({dump: {bootedAt, createdAt}}: DumpSummary): number | null {
  if (bootedAt === null || createdAt === null) return null
  const hours = (Date.parse(createdAt) - Date.parse(bootedAt)) / HOUR_MS
  return hours >= 0 ? hours : null
}

/** The age at which groups are compared; null: the age of some is unknown. */
export function referenceAge(summaries: readonly DumpSummary[]): number | null {
  const ages = summaries.map(ageHours)
  const known = ages.filter(age => age !== null)
  return known.length === 0 || known.length < ages.length ? null : medianOf(known)
}

/** The least difference that matters. */
export function materialBytes(summaries: readonly DumpSummary[]): number {
  return Math.max(MATERIAL_BYTES, MATERIAL_SHARE * medianOf(summaries.map(({totals}) => totals.memsize)))
}

/** Owners that hold a material amount anywhere. */
export function ownerLevels(groups: readonly GroupOfDumps[]): OwnerLevels[] {
  const summaries = groups.flatMap(group => group.summaries)
  const reference = referenceAge(summaries)
  const material = materialBytes(summaries)
  const sizes = new Map(summaries.map(one => [one, new Map(one.owners.map(({memsize, name}) => [name, memsize]))]))
  const names = new Set(
    summaries.flatMap(({owners}) => owners.flatMap(({memsize, name}) => (memsize >= material ? [name] : []))),
  )
  return [...names].map(owner => {
    const seen = groups.map(group =>
      group.summaries.map((one): Observation => ({
        ageHours: ageHours(one),
        dyno: one.dump.dyno,
        memsize: sizes.get(one)?.get(owner) ?? 0,
      })),
    )
    const levels = seen.map(observations => typicalOf(observations, reference))
    const spreads = levels.flatMap(({spread}) => (spread === null ? [] : [spread]))
    const usual = spreads.length === 0 ? 0 : medianOf(spreads)
    return {
      // Three dumps may agree by chance, so they are no better than three of the others.
      levels: levels.map(level => ({
        ...level,
        error: Math.max(material / 4, level.error, usual / Math.sqrt(level.adjusted.length)),
      })),
      owner,
    }
  })
}
