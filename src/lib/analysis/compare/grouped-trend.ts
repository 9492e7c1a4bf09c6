// The report of `heapdump:trend --by`: which release brought what grows, since when, on which dynos. From summaries alone.
import {takeTop} from '../objects/options.js'
import {type By, byKind, type GroupOfDumps, groupsBy, kindName, kindOf, type ProcessKind} from './dump-groups.js'
import type {NamedAmount, SiteAmount} from './dump-amounts.js'
import type {DumpSummary} from './dump-summary.js'
import {materialBytes, type OwnerLevels, ownerLevels, referenceAge} from './owner-levels.js'
import type {Typical} from './typical.js'
import {changeOnDynos, type Difference, outliersAmong} from './group-difference.js'
import {medianOf} from './statistics.js'

export type GroupRow = {
  /** `v214`, `web.1`, `puma worker 0`. */
  readonly name: string
  readonly dumps: number
  /** The first and the last of its dumps. */
  readonly since: string | null
  readonly until: string | null
  readonly dynos: readonly string[]
  /** Medians; null: unknown. */
  readonly memoryBytes: number | null
  readonly heapBytes: number
  /** Dumps with a suspect of kind leak. */
  readonly leaks: number
}

export type OwnerOfGroups = {
  readonly owner: string
  /** For each group, at `ageHours`. */
  readonly memsizes: readonly number[]
  /** Growth with the age of the process; null: unknown. */
  readonly perHour: ReadonlyArray<number | null>
  /** null: the groups do not differ by more than chance. */
  readonly difference: Difference | null
  /** Dynos whose processes hold the larger amount, and those that do not; empty without a difference. */
  readonly on: readonly string[]
  readonly notOn: readonly string[]
  /** Dumps in which a suspect of kind leak has this owner. */
  readonly leaks: number
  /** The newest dump with the larger amount: its id, and what it has under this owner. */
  readonly dump: string | null
  readonly classes: readonly NamedAmount[]
  readonly sites: readonly SiteAmount[]
}

export type GroupedTrend = {
  readonly by: By
  readonly kind: ProcessKind
  /** Other kinds of processes with summaries, which are not compared. */
  readonly otherKinds: readonly string[]
  /** The release of all dumps; null: several, or unknown. */
  readonly release: string | null
  /** Releases in their order; dynos and processes by name. */
  readonly groups: readonly GroupRow[]
  /** Largest difference first. */
  readonly owners: readonly OwnerOfGroups[]
  /** The age of a process at which groups are compared; null: unknown. */
  readonly ageHours: number | null
  /** Summaries that name no release, dyno or process. */
  readonly unnamed: number
}

/** `summaries`: at least one. `top`: rows per table, 0 = all. */
export function groupedTrend(by: By, summaries: readonly DumpSummary[], top: number): GroupedTrend {
  const kinds = byKind(summaries)
  const trends = kinds.map(members => trendOfKind(by, members, top))
  const [most] = trends.toSorted((a, b) => largestOf(b) - largestOf(a))
  const others = kinds.map(([first]) => kindName(kindOf(first))).filter(name => name !== kindName(most.kind))
  return {...most, otherKinds: others}
}

function largestOf({owners: [first]}: GroupedTrend): number {
  return first?.difference?.memsize ?? 0
}

function trendOfKind(by: By, members: readonly DumpSummary[], top: number): GroupedTrend {
  const releases = groupsBy('release', members)
  // A release of its own would differ by what it brought, not by dyno.
  const compared = by === 'release' ? members : (releases.at(-1)?.summaries ?? members)
  const groups = groupsBy(by, compared)
  const named = groups.flatMap(group => group.summaries)
  const material = named.length === 0 ? 0 : materialBytes(named)
  const reference = referenceAge(named)
  const rows = ownerLevels(groups)
    .map(levels => ownerRow(groups, levels, differenceOf(levels.levels, by, reference, material)))
    .toSorted((a, b) => rankOf(b) - rankOf(a) || Math.max(...b.memsizes) - Math.max(...a.memsizes))
  return {
    ageHours: reference,
    by,
    groups: groups.map(groupRow),
    kind: kindOf(members[0]),
    otherKinds: [],
    owners: takeTop(rows, {top}),
    release: releases.length === 1 || by !== 'release' ? (releases.at(-1)?.name ?? null) : null,
    unnamed: compared.length - named.length,
  }
}

/** What is still there comes before what is gone. */
function rankOf({difference}: OwnerOfGroups): number {
  if (difference === null) return 0
  return difference.memsize * (difference.gone === null ? 1 : 0.01)
}

function groupRow({name, summaries}: GroupOfDumps): GroupRow {
  const memories = summaries.flatMap(({dump: {memoryBytes}}) => (memoryBytes === null ? [] : [memoryBytes]))
  return {
    dumps: summaries.length,
    dynos: namesOf(summaries),
    heapBytes: medianOf(summaries.map(({totals}) => totals.memsize)),
    leaks: summaries.filter(({suspects}) => suspects.some(({kind}) => kind === 'leak')).length,
    memoryBytes: memories.length === 0 ? null : medianOf(memories),
    name,
    since: summaries[0].dump.createdAt,
    until: summaries[summaries.length - 1].dump.createdAt,
  }
}

function differenceOf(
  levels: readonly Typical[],
  by: By,
  reference: number | null,
  material: number,
): Difference | null {
  if (by !== 'release') return outliersAmong(levels, material)
  // Without ages, all are compared as if they were of one.
  const ageOf = (hours: number | null) => (reference === null ? 0 : (hours ?? 0))
  return changeOnDynos(
    levels.map(({seen}) => seen.map(({ageHours, dyno = null, memsize}) => ({dyno, x: ageOf(ageHours), y: memsize}))),
    reference,
    material,
  )
}

function ownerRow(
  groups: readonly GroupOfDumps[],
  {levels, owner}: OwnerLevels,
  difference: Difference | null,
): OwnerOfGroups {
  const holders = (difference?.groups ?? []).flatMap(at =>
    groups[at].summaries.map((summary, index) => ({memsize: levels[at].adjusted[index], summary})),
  )
  const least = difference === null ? 0 : difference.before + difference.memsize / 2
  const byDyno = namesOf(holders.map(({summary}) => summary)).map(dyno => ({
    dyno,
    isOn: medianOf(holders.flatMap(one => (one.summary.dump.dyno === dyno ? [one.memsize] : []))) >= least,
  }))
  const newest = holders.at(-1)?.summary
  const held = newest?.owners.find(({name}) => name === owner)
  const isLeak = ({suspects}: DumpSummary) => suspects.some(one => one.kind === 'leak' && one.owner === owner)
  return {
    classes: held?.classes ?? [],
    difference,
    dump: newest?.dump.id ?? null,
    leaks: groups.flatMap(({summaries}) => summaries.filter(isLeak)).length,
    memsizes: levels.map(({memsize}) => Math.round(memsize)),
    notOn: byDyno.filter(({isOn}) => !isOn).map(({dyno}) => dyno),
    on: byDyno.filter(({isOn}) => isOn).map(({dyno}) => dyno),
    owner,
    perHour: levels.map(({perHour}) => (perHour === null ? null : Math.round(perHour))),
    sites: held?.sites ?? [],
  }
}

function namesOf(summaries: readonly DumpSummary[]): readonly string[] {
  const names = new Set(summaries.flatMap(({dump: {dyno}}) => (dyno === null ? [] : [dyno])))
  return [...names].toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true}))
}
