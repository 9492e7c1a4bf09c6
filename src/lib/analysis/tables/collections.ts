// Arrays, hashes and strings: the largest, those with most unused capacity, and the empty ones. Their capacity follows
// from their memsizes: src/wasm/scans/collections.ts.
import {NO_SITE} from '../../heap/site-table.js'
import {type ObjectRow, objectRow} from '../objects/object-rows.js'
import {type AnalysisOptions, onlyOf, takeTop} from '../objects/options.js'
import type {Subject} from '../objects/subject.js'

export type CollectionRow = ObjectRow & {
  /** Elements, entries, bytes. */
  readonly size: number
  /** Capacity in the same unit; null if unknown (a shared buffer, a 32-bit Ruby). */
  readonly capacity: number | null
  /** Unused capacity in bytes. */
  readonly unused: number
}

export type EmptyRow = {
  readonly className: string
  readonly site: {readonly file: string; readonly line: number | null} | null
  readonly objects: number
  readonly memsize: number
}

export type Collections = {
  /** Arrays and hashes with most elements. */
  readonly largest: readonly CollectionRow[]
  /** Arrays, hashes and strings by unused bytes. */
  readonly oversized: readonly CollectionRow[]
  /** Total unused bytes. */
  readonly unused: number
  /** Arrays, hashes and strings without content, by class and site. */
  readonly empty: readonly EmptyRow[]
  readonly emptyObjects: number
  readonly emptyMemsize: number
}

export function collections(subject: Subject, options: AnalysisOptions): Collections {
  const {heap} = subject
  const {empty, longest, oversized, unused} = heap.scans.collections.find(options.top, onlyOf(heap, options))
  const rows = emptyRows(subject, empty)

  const row = (index: number): CollectionRow => ({
    ...objectRow(subject, index),
    ...heap.scans.collections.capacityOf(index),
    size: heap.columns.sizes[index],
  })
  const byUnused = Array.from(oversized, row).toSorted((a, b) => b.unused - a.unused)
  return {
    largest: Array.from(longest, row),
    empty: takeTop(
      rows.toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects),
      options,
    ),
    emptyMemsize: rows.reduce((sum, {memsize}) => sum + memsize, 0),
    emptyObjects: empty.length,
    oversized: takeTop(byUnused, options),
    unused,
  }
}

/** By class and site, in the order of their first objects. */
function emptyRows({heap, classes}: Subject, empty: Int32Array): EmptyRow[] {
  const {
    columns: {sites},
    scans,
    tables: {siteTable},
  } = heap
  const {firsts, memsizes, objects} = scans.groups.pairs(empty, classes.groupOf, sites)
  return Array.from(firsts, (index, pair) => {
    const site =
      sites[index] === NO_SITE ? null : {file: siteTable.file(sites[index]), line: siteTable.line(sites[index])}
    return {className: classes.names[classes.groupOf[index]], memsize: memsizes[pair], objects: objects[pair], site}
  })
}
