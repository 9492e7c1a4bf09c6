// Which lines of code the living objects were allocated by. Only traced objects have one.
import type {Heap} from '../../heap/heap.js'
import {agentSites} from '../objects/agent-objects.js'
import {shares} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import {takeCensus} from './census.js'
import {type AnalysisOptions, onlyOf, takeTop} from '../objects/options.js'
import type {CodeOrigin} from '../objects/code-origin.js'
import {siteOrigins} from '../objects/site-origins.js'

export type AllocationSite = {
  readonly file: string
  /** null where native code allocated. */
  readonly line: number | null
  readonly objects: number
  readonly memsize: number
  /** Of these, what is alive and the app's. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  /** Of all that is alive. */
  readonly share: number
  /** Outgoing references of these objects. */
  readonly references: number
  /** Of all its objects together, nothing counted twice. */
  readonly retainedSize: number
  /** Of that, the app's: without the tracer and stacks of threads. */
  readonly aliveRetainedSize: number
}

/** Nobody asks which line of `require` it was. */
export function isAskedFor({kind}: CodeOrigin): boolean {
  return kind !== 'boot'
}

/**
 * By memsize, of what is alive if only that is asked for. `retained`: retained size of each site, of the objects that
 * the options let through.
 */
export function allocationSites(
  heap: Heap,
  retained: Float64Array,
  options: AnalysisOptions,
  isWanted: (origin: CodeOrigin) => boolean = () => true,
): readonly AllocationSite[] {
  const {
    columns,
    tables: {siteTable},
  } = heap
  const {
    aliveSites,
    sites: {objects, memsizes, references},
  } = takeCensus(heap, options)
  const shown = options.aliveOnly === true ? aliveSites : {memsizes, objects}
  const aside = asideOf(heap).byGroup(columns.sites, siteTable.size, onlyOf(heap, options))
  const share = shares(heap)
  const ofAgent = agentSites(heap)
  const origins = siteOrigins(heap)
  // The last one counts what has no site.
  const order = Array.from({length: siteTable.size}, (_, site) => site).filter(
    site =>
      shown.objects[site] > 0 &&
      (options.ofAgent === true || ofAgent[site] === 0) &&
      (origins[site] === undefined || isWanted(origins[site])),
  )
  order.sort((a, b) => shown.memsizes[b] - shown.memsizes[a] || shown.objects[b] - shown.objects[a] || a - b)
  return takeTop(order, options).map(site => ({
    aliveMemsize: aliveSites.memsizes[site],
    aliveObjects: aliveSites.objects[site],
    aliveRetainedSize: Math.max(0, retained[site] - aside[site]),
    file: siteTable.file(site),
    line: siteTable.line(site),
    memsize: memsizes[site],
    objects: objects[site],
    references: references[site],
    retainedSize: retained[site],
    share: share(aliveSites.memsizes[site]),
  }))
}
