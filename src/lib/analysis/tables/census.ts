// Counts by type and by allocation site, shared by several tables.
import type {Heap} from '../../heap/heap.js'
import type {Counts} from '../../heap/scans/tallies.js'
import {tallyAlive} from '../objects/alive.js'
import {type AnalysisOptions, onlyOf} from '../objects/options.js'

export type Census = {
  /** By type code. */
  readonly types: Counts
  /** By site; objects without a site come last. */
  readonly sites: Counts & {readonly references: Uint32Array}
  /** The same for live objects. */
  readonly aliveSites: Counts
}

type Taken = {readonly options: AnalysisOptions; readonly census: Census}

/** The last census of each heap: all tables of a report share one options object. */
const taken = new WeakMap<Heap, Taken>()

/** Counts the selected objects. */
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
