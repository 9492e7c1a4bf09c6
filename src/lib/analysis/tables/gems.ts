// Objects by the code that allocated them: the app, a gem, the standard library, Ruby's boot.
import type {Heap} from '../../heap/heap.js'
import {agentSites} from '../objects/agent-objects.js'
import {shares} from '../objects/alive.js'
import {takeCensus} from './census.js'
import {type AnalysisOptions, takeTop} from '../objects/options.js'
import type {CodeOrigin} from '../objects/code-origin.js'
import {siteOrigins} from '../objects/site-origins.js'

export type GemRow = CodeOrigin & {
  readonly objects: number
  readonly memsize: number
  /** The live ones among these, without the agent's. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  /** Share of live memory. */
  readonly share: number
}

type Row = CodeOrigin & {objects: number; memsize: number; aliveObjects: number; aliveMemsize: number}

/** By live memory. Objects without a site are one row of kind `unknown`. */
export function gems(heap: Heap, options: AnalysisOptions): readonly GemRow[] {
  const {siteTable} = heap.tables
  // By site first; objects without a site come last.
  const untraced = siteTable.size
  const {
    aliveSites,
    sites: {objects, memsizes},
  } = takeCensus(heap, options)
  const origins = siteOrigins(heap)
  const ofAgent = agentSites(heap)
  const rows = new Map<string, Row>()
  for (let site = 0; site <= untraced; site++) {
    if (objects[site] === 0 || (site < untraced && options.ofAgent !== true && ofAgent[site] === 1)) continue
    const origin: CodeOrigin = site === untraced ? {kind: 'unknown', name: '(not traced)'} : origins[site]
    const key = `${origin.kind} ${origin.name}`
    let row = rows.get(key)
    if (row === undefined) rows.set(key, (row = {...origin, aliveMemsize: 0, aliveObjects: 0, memsize: 0, objects: 0}))
    row.objects += objects[site]
    row.memsize += memsizes[site]
    row.aliveObjects += aliveSites.objects[site]
    row.aliveMemsize += aliveSites.memsizes[site]
  }

  const shown = [...rows.values()].filter(({aliveObjects}) => options.aliveOnly !== true || aliveObjects > 0)
  const share = shares(heap)
  return takeTop(
    shown.toSorted(
      (a, b) =>
        b.aliveMemsize - a.aliveMemsize || b.memsize - a.memsize || b.objects - a.objects || (a.name < b.name ? -1 : 1),
    ),
    options,
  ).map(row => ({...row, share: share(row.aliveMemsize)}))
}
