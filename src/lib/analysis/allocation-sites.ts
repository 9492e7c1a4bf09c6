// Which lines of code the living objects were allocated by. Only traced objects have one.
import type {Heap} from '../heap/heap.js'
import {NO_SITE} from '../heap/site-table.js'
import {shares} from './shares.js'
import {type AnalysisOptions, eachObject, takeTop} from './options.js'

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
  const {sites, firstEdge} = heap.columns
  const objects = new Uint32Array(siteTable.size)
  const references = new Uint32Array(siteTable.size)
  const memsize = new Float64Array(siteTable.size)
  eachObject(heap, options, index => {
    const site = sites[index]
    if (site === NO_SITE) return
    objects[site]++
    memsize[site] += heap.memsize(index)
    references[site] += firstEdge[index + 1] - firstEdge[index]
  })

  const share = shares(heap)
  const order = Array.from(objects.keys()).filter(site => objects[site] > 0)
  order.sort((a, b) => memsize[b] - memsize[a] || objects[b] - objects[a] || a - b)
  return takeTop(order, options).map(site => ({
    file: siteTable.file(site),
    line: siteTable.line(site),
    memsize: memsize[site],
    objects: objects[site],
    references: references[site],
    retainedSize: retained[site],
    share: share(memsize[site]),
  }))
}
