// Which lines of code the living objects were allocated by. Only traced objects have one.
import type {Heap} from '../heap/heap.js'
import {takeCensus} from './census.js'
import {shares} from './shares.js'
import {type AnalysisOptions, takeTop} from './options.js'

export type AllocationSite = {
  readonly file: string
  /** null where native code allocated. */
  readonly line: number | null
  readonly objects: number
  readonly memsize: number
  /** Of all memory but the allocation tracer's. */
  readonly share: number
  /** Outgoing references of these objects. */
  readonly references: number
  /** Of all its objects together, nothing counted twice. */
  readonly retainedSize: number
}

/** By memsize. `retained`: retained size of each site, of the objects that the options let through. */
export function allocationSites(heap: Heap, retained: Float64Array, options: AnalysisOptions): readonly AllocationSite[] {
  const {siteTable} = heap.tables
  const {objects, memsizes, references} = takeCensus(heap, options).sites
  const share = shares(heap)
  // The last one counts what has no site.
  const order = Array.from({length: siteTable.size}, (_, site) => site).filter(site => objects[site] > 0)
  order.sort((a, b) => memsizes[b] - memsizes[a] || objects[b] - objects[a] || a - b)
  return takeTop(order, options).map(site => ({
    file: siteTable.file(site),
    line: siteTable.line(site),
    memsize: memsizes[site],
    objects: objects[site],
    references: references[site],
    retainedSize: retained[site],
    share: share(memsizes[site]),
  }))
}
