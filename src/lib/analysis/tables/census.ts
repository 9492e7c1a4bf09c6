// How much there is by type and by line of code, for all tables that ask it.
import type {Heap} from '../../heap/heap.js'
import type {Counts} from '../../heap/scans/tallies.js'
import {tallyAlive} from '../objects/alive.js'
import {type AnalysisOptions, onlyOf} from '../objects/options.js'

export type Census = {
  /** By code of the type. */
  readonly types: Counts
  /** By site; what has none comes after them all. */
  readonly sites: Counts & {readonly references: Uint32Array}
  /** The same of what is alive. */
  readonly aliveSites: Counts
}

type Taken = {readonly options: AnalysisOptions; readonly census: Census}

/** The last one of each heap: the tables of one report have one object of options. */
const taken = new WeakMap<Heap, Taken>()

/** Of the objects that the options let through. */
export function takeCensus(heap: Heap, options: AnalysisOptions): Census {
  const last = taken.get(heap)
  if (last?.options === options) return last.census
  const census = count(heap, options)
  taken.set(heap, {census, options})
  return census
}

function count(heap: Heap, options: AnalysisOptions): Census {
  const {columns, scans, tables} = heap
  const only = onlyOf(heap, options)
  return {
    aliveSites: tallyAlive(heap, columns.sites, tables.siteTable.size, options),
    sites: {
      ...scans.tallies.by(columns.sites, tables.siteTable.size, {only}),
      references: scans.tallies.references(only),
    },
    types: scans.tallies.byType(only),
  }
}
