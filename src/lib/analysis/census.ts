// How much there is by type and by line of code: one pass over the columns for all tables that ask it. A pass costs what waiting for
// memory and compiling it cost, hardly what it adds up.
import type {Heap} from '../heap/heap.js'
import {NO_SITE} from '../heap/site-table.js'
import {type AnalysisOptions, filterOf} from './options.js'

export type Counts = {readonly objects: Uint32Array; readonly memsizes: Float64Array}

export type Census = {
  /** By code of the type. */
  readonly types: Counts
  /** By site; what has none comes after them all. */
  readonly sites: Counts & {readonly references: Uint32Array}
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

export function noCounts(length: number): Counts {
  return {memsizes: new Float64Array(length), objects: new Uint32Array(length)}
}

function count(heap: Heap, options: AnalysisOptions): Census {
  const {columns, memsizes, tables} = heap
  const {types: typeOf, sites: siteOf, firstEdge} = columns
  const isIn = filterOf(heap, options)
  const untraced = tables.siteTable.size
  const types = noCounts(tables.typeNames.length)
  const sites = {...noCounts(untraced + 1), references: new Uint32Array(untraced + 1)}
  for (let index = 0; index < columns.count; index++) {
    if (!isIn(index)) continue
    const memsize = memsizes[index]
    const type = typeOf[index]
    types.objects[type]++
    types.memsizes[type] += memsize
    const site = siteOf[index] === NO_SITE ? untraced : siteOf[index]
    sites.objects[site]++
    sites.memsizes[site] += memsize
    sites.references[site] += firstEdge[index + 1] - firstEdge[index]
  }

  return {sites, types}
}
