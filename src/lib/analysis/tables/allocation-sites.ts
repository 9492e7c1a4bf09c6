// The lines of code that allocated objects. Only traced objects have one.
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
  /** null if native code allocated. */
  readonly line: number | null
  readonly objects: number
  readonly memsize: number
  /** The live ones among these, without the agent's. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  /** Share of live memory. */
  readonly share: number
  /** Outgoing references of these objects. */
  readonly references: number
  /** Of all its objects together; nothing is counted twice. */
  readonly retainedSize: number
  /** Retained size without the tracer, the agent and thread stacks. */
  readonly aliveRetainedSize: number
}

/** A line inside `require` is of no interest. */
export function isAskedFor({kind}: CodeOrigin): boolean {
  return kind !== 'boot'
}

/**
 * By memsize, of live objects if only these are requested. `retained`: the retained size of each site, for the selected
 * objects.
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
  // The last one counts objects without a site.
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
