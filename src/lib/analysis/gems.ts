// Whose code allocated what is alive: the app, a gem, the standard library, Ruby's boot.
import type {Heap} from '../heap/heap.js'
import {NO_SITE} from '../heap/site-table.js'
import {isTracer} from '../heap/ownership.js'
import {shares} from './shares.js'
import {type AnalysisOptions, eachObject, takeTop} from './options.js'
import {type CodeOrigin, originOf} from './code-origin.js'

export type GemRow = CodeOrigin & {readonly objects: number; readonly memsize: number; readonly share: number}

type Counts = {objects: number; memsize: number; tracerMemsize: number}

/** By memsize. Objects without a site are one row of kind `unknown`. */
export function gems(heap: Heap, options: AnalysisOptions): readonly GemRow[] {
  const {siteTable} = heap.tables
  const {sites} = heap.columns
  const rows = new Map<string, CodeOrigin & Counts>()
  const bySite: Counts[] = []
  const rowOf = (origin: CodeOrigin) => {
    const key = `${origin.kind} ${origin.name}`
    const row = rows.get(key) ?? {...origin, memsize: 0, objects: 0, tracerMemsize: 0}
    rows.set(key, row)
    return row
  }

  let unknown: Counts | null = null
  eachObject(heap, options, index => {
    const site = sites[index]
    const row =
      site === NO_SITE
        ? (unknown ??= rowOf({kind: 'unknown', name: '(not traced)'}))
        : (bySite[site] ??= rowOf(originOf(siteTable.file(site))))
    row.objects++
    row.memsize += heap.memsize(index)
    if (isTracer(heap, index)) row.tracerMemsize += heap.memsize(index)
  })

  const sorted = [...rows.values()].toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects || (a.name < b.name ? -1 : 1))
  const share = shares(heap)
  return takeTop(sorted, options).map(({tracerMemsize, ...row}) => ({...row, share: share(row.memsize - tracerMemsize)}))
}
