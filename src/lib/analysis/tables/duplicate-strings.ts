// Strings that are in memory more than once. Only those with a value in the dump: 7-bit strings that do not share a
// buffer.
import type {Heap} from '../../heap/heap.js'
import {NO_SITE} from '../../heap/site-table.js'
import type {Only} from '../../heap/scans/scan.js'
import {agentSites} from '../objects/agent-objects.js'
import {aliveMask} from '../objects/alive.js'
import {type AnalysisOptions, onlyOf, takeTop} from '../objects/options.js'
import {countValues, valueCounts} from '../objects/value-counts.js'

export type DuplicateString = {
  /** Cut after 1,000 bytes, then ending in `…`. */
  readonly value: string
  /** Its length in the app, which a cut or masked value does not show. */
  readonly bytes: number
  readonly count: number
  readonly memsize: number
  /** Bytes that one shared copy would save: (count − 1) × memsize ÷ count, rounded down. */
  readonly wasted: number
  /** Allocation sites of the traced ones, most frequent first. */
  readonly sites: ReadonlyArray<{readonly file: string; readonly line: number | null; readonly count: number}>
}

/** What to show of a value: its text, unless `mask` replaces it. Equal strings have the same `value`. */
type Mask = (text: {readonly value: string; readonly bytes: number}) => string

/** By wasted bytes; only values that occur at least twice, among live strings if only these are requested. */
export function duplicateStrings(heap: Heap, options: AnalysisOptions, mask?: Mask): readonly DuplicateString[] {
  const {values} = heap.tables
  const only = options.aliveOnly === true ? aliveMask(heap, options) : onlyOf(heap, options)
  const {objects: counts, memsizes} = only === null ? valueCounts(heap) : countValues(heap, only)

  const wastedBy = (value: number) => Math.floor(((counts[value] - 1) * memsizes[value]) / counts[value])
  const repeated = heap.scans.select.atLeast(counts.subarray(0, values.size), 2)
  const order = [...mostWasted(heap, repeated, wastedBy, options)].toSorted(
    (a, b) => wastedBy(b) - wastedBy(a) || counts[b] - counts[a] || a - b,
  )
  const shown = takeTop(order, options)
  const {bytes, sites} = countSites(heap, only, shown)
  return shown.map(value => {
    const text = values.text(value) ?? ''
    const length = bytes.get(value) || Buffer.byteLength(text)
    return {
      bytes: length,
      count: counts[value],
      memsize: memsizes[value],
      sites: sites.get(value) ?? [],
      // A heap from the cache has no texts, but a number for each.
      value: mask === undefined ? text : mask({bytes: length, value: String(value)}),
      wasted: wastedBy(value),
    }
  })
}

/** Values that waste at least as much as the last one shown: very many are repeated, only a few need sorting. */
function mostWasted(
  {scans}: Heap,
  repeated: Int32Array,
  wastedBy: (value: number) => number,
  {top}: AnalysisOptions,
): Int32Array {
  if (top === 0 || repeated.length <= top) return repeated
  const wasted = Float64Array.from(repeated, wastedBy)
  const last = scans.select.largest(wasted, top).at(-1)
  return last === undefined ? repeated : repeated.filter((_, at) => wasted[at] >= wasted[last])
}

type SiteCount = DuplicateString['sites'][number]

function countSites(
  heap: Heap,
  only: Only,
  shown: readonly number[],
): {readonly bytes: ReadonlyMap<number, number>; readonly sites: ReadonlyMap<number, readonly SiteCount[]>} {
  const {siteTable} = heap.tables
  const {
    columns: {details, sites, sizes},
    scans,
  } = heap
  const bySite = new Map<number, Array<{readonly site: number; readonly count: number}>>(
    shown.map(value => [value, []]),
  )
  const {firsts, objects} = scans.groups.pairs(scans.select.ofValues(shown, only), details, sites)
  const bytes = new Map<number, number>()
  const ofAgent = agentSites(heap)
  for (const [pair, index] of firsts.entries()) {
    bytes.set(details[index], sizes[index])
    if (sites[index] === NO_SITE || ofAgent[sites[index]] === 1) continue
    bySite.get(details[index])?.push({count: objects[pair], site: sites[index]})
  }

  const rows = new Map(
    Array.from(bySite, ([value, counted]) => [
      value,
      counted
        .toSorted((a, b) => b.count - a.count || a.site - b.site)
        .map(({site, count}) => ({count, file: siteTable.file(site), line: siteTable.line(site)})),
    ]),
  )
  return {bytes, sites: rows}
}
