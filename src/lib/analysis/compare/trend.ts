// What grows over several dumps of a process: by owner, class and line, in bytes per hour.
import {NO_SITE} from '../../heap/site-table.js'
import {type Amount, amountsBy, ownerName, type Tally} from './tally.js'
import {takeTop} from '../objects/options.js'
import {slope} from './slope.js'

export type TrendRow = {
  /** Slope of the best-fitting line. */
  readonly memsizePerHour: number
  readonly objectsPerHour: number
  /** Bytes and objects in each dump. */
  readonly memsizes: readonly number[]
  readonly objects: readonly number[]
  /** The number of steps, from one dump to the next, in which it grew. */
  readonly grew: number
}

export type OwnerTrend = TrendRow & {readonly owner: string}
export type ClassTrend = TrendRow & {readonly className: string}
export type SiteTrend = TrendRow & {readonly file: string; readonly line: number | null}

export type Trend = {
  readonly owners: readonly OwnerTrend[]
  readonly classes: readonly ClassTrend[]
  /** Empty unless all dumps are traced. */
  readonly sites: readonly SiteTrend[]
}

/**
 * `tallies` and `hours` (since any point in time): two or more, oldest first. `top`: rows per table, 0 = all. Growing
 * rows only, fastest first.
 */
export function trendOf(tallies: readonly Tally[], hours: readonly number[], top: number): Trend {
  const rowsBy = (nameOf: (tally: Tally, row: number) => string | null) =>
    growing(
      tallies.map(tally => amountsBy(tally, nameOf)),
      hours,
      top,
    )
  const traced = tallies.every(({siteIds}) => siteIds.some(id => id !== NO_SITE))
  return {
    classes: rowsBy((tally, row) => tally.classNames[tally.classes[row]]).map(({name, row}) => ({
      className: name,
      ...row,
    })),
    owners: rowsBy(ownerName).map(({name, row}) => ({owner: name, ...row})),
    sites: traced ? rowsBy(siteName).map(({name, row}) => ({...siteOf(name), ...row})) : [],
  }
}

function growing(
  dumps: ReadonlyArray<ReadonlyMap<string, Amount>>,
  hours: readonly number[],
  top: number,
): ReadonlyArray<{readonly name: string; readonly row: TrendRow}> {
  const names = new Set(dumps.flatMap(amounts => [...amounts.keys()]))
  const rows: Array<{name: string; row: TrendRow}> = []
  for (const name of names) {
    const memsizes = dumps.map(amounts => amounts.get(name)?.memsize ?? 0)
    const memsizePerHour = slope(hours, memsizes)
    if (memsizePerHour <= 0 || memsizes[memsizes.length - 1] <= memsizes[0]) continue
    const objects = dumps.map(amounts => amounts.get(name)?.objects ?? 0)
    const grew = memsizes.filter((memsize, at) => at > 0 && memsize > memsizes[at - 1]).length
    rows.push({name, row: {grew, memsizePerHour, memsizes, objects, objectsPerHour: slope(hours, objects)}})
  }

  rows.sort((a, b) => b.row.memsizePerHour - a.row.memsizePerHour || (a.name < b.name ? -1 : 1))
  return takeTop(rows, {top})
}

/** Identifies an allocation site; null: not traced. */
export function siteName(tally: Tally, row: number): string | null {
  if (tally.siteIds[row] === NO_SITE) return null
  const {file, line} = tally.sites[tally.siteIds[row]]
  return `${file}\0${line ?? ''}`
}

/** The site that `siteName` identifies. */
export function siteOf(name: string): {readonly file: string; readonly line: number | null} {
  const at = name.lastIndexOf('\0')
  const line = name.slice(at + 1)
  return {file: name.slice(0, at), line: line === '' ? null : Number(line)}
}
