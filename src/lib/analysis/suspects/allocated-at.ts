// The lines that a pile came from: those of the app's own code first, for these a person can change. Where gems and Ruby allocated
// everything, the nearest line of the app is that of what holds it.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/heap.js'
import {NO_SITE} from '../../heap/site-table.js'
import {originOf} from '../code-origin.js'
import {dominatorChain} from '../labels.js'

export type AllocatedAt = {readonly file: string; readonly line: number | null; readonly bytes: number; readonly ofApp: boolean}

const SITES_SHOWN = 5
/** Objects of a pile that are looked at; sites repeat. */
const OBJECT_LIMIT = 400_000
/** Below this share of the pile a line is by the way. */
const LEAST_SHARE = 0.02

/** By bytes, the app's before others'. `holder` is asked where the pile itself has no line of the app. */
export function allocatedAt(graph: HeapGraph, nodes: ArrayLike<number>, holder: number): readonly AllocatedAt[] {
  const {heap} = graph
  const {sites} = heap.columns
  const {bytesBySite, met, total} = heap.sweeps.sitesBelow(graph.retained, Int32Array.from(nodes), OBJECT_LIMIT)
  const rows = met.map(site => row(graph, site, bytesBySite[site]))
  rows.sort((a, b) => Number(b.ofApp) - Number(a.ofApp) || b.bytes - a.bytes)
  const large = rows.filter(({bytes}) => bytes >= total * LEAST_SHARE)
  // However little of a pile the app itself allocated, that line is the one to change.
  const [nearest] = rows
  if (nearest?.ofApp && !large.some(({ofApp}) => ofApp)) return [nearest, ...large].slice(0, SITES_SHOWN)
  if (holder === NONE || nearest?.ofApp) return (large.length > 0 ? large : rows).slice(0, SITES_SHOWN)
  const above = dominatorChain(graph, holder)
    .toReversed()
    .filter(node => sites[node] !== NO_SITE)
    .map(node => row(graph, sites[node], 0))
    .filter(({ofApp}) => ofApp)
  return [...above.slice(0, 1), ...large].slice(0, SITES_SHOWN)
}

function row({heap}: HeapGraph, site: number, bytes: number): AllocatedAt {
  const file = heap.tables.siteTable.file(site)
  return {bytes, file, line: heap.tables.siteTable.line(site), ofApp: originOf(file).kind === 'app'}
}
