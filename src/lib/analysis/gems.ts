// Whose code allocated what is alive: the app, a gem, the standard library, Ruby's boot.
import type {Heap} from '../heap/heap.js'
import {NO_SITE} from '../heap/site-table.js'
import {tracersOf} from '../heap/ownership.js'
import {takeCensus} from './census.js'
import {shares} from './shares.js'
import {type AnalysisOptions, filterOf, takeTop} from './options.js'
import {type CodeOrigin, originOf} from './code-origin.js'

export type GemRow = CodeOrigin & {readonly objects: number; readonly memsize: number; readonly share: number}

type Counts = {objects: number; memsize: number; tracerMemsize: number}

/** By memsize. Objects without a site are one row of kind `unknown`. */
export function gems(heap: Heap, options: AnalysisOptions): readonly GemRow[] {
  const {siteTable} = heap.tables
  const {sites} = heap.columns
  // By site first; those without one come after the others.
  const untraced = siteTable.size
  const {objects, memsizes} = takeCensus(heap, options).sites
  const tracerMemsizes = new Float64Array(untraced + 1)
  const isIn = filterOf(heap, options)
  for (const index of tracersOf(heap)) if (isIn(index)) tracerMemsizes[sites[index] === NO_SITE ? untraced : sites[index]] += heap.memsize(index)

  const rows = new Map<string, CodeOrigin & Counts>()
  for (let site = 0; site <= untraced; site++) {
    if (objects[site] === 0) continue
    const origin: CodeOrigin = site === untraced ? {kind: 'unknown', name: '(not traced)'} : originOf(siteTable.file(site))
    const key = `${origin.kind} ${origin.name}`
    let row = rows.get(key)
    if (row === undefined) rows.set(key, (row = {...origin, memsize: 0, objects: 0, tracerMemsize: 0}))
    row.objects += objects[site]
    row.memsize += memsizes[site]
    row.tracerMemsize += tracerMemsizes[site]
  }

  // The tracer's memory is nobody's: a row stands where its share puts it.
  const own = ({memsize, tracerMemsize}: Counts) => memsize - tracerMemsize
  const sorted = [...rows.values()].toSorted((a, b) => own(b) - own(a) || b.objects - a.objects || (a.name < b.name ? -1 : 1))
  const share = shares(heap)
  return takeTop(sorted, options).map(({tracerMemsize, ...row}) => ({...row, share: share(row.memsize - tracerMemsize)}))
}
