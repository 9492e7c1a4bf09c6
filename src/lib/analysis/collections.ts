// Arrays, hashes and strings: which hold most, which hold room that nothing is in, how many hold nothing at all. For how much they have room
// follows from their memsizes: src/wasm/sweeps/collections.ts.
import {NO_SITE} from '../heap/site-table.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import {type AnalysisOptions, onlyOf, takeTop} from './options.js'
import type {Subject} from './subject.js'

export type CollectionRow = ObjectRow & {
  /** Elements, entries, bytes. */
  readonly size: number
  /** For how many there is room; null where nobody can tell (a shared buffer, a 32-bit Ruby). */
  readonly capacity: number | null
  /** Bytes allocated for what is not there. */
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
  readonly biggest: readonly CollectionRow[]
  /** Arrays, hashes and strings by unused bytes. */
  readonly oversized: readonly CollectionRow[]
  /** Unused bytes of all of them together. */
  readonly unused: number
  /** Arrays, hashes and strings without content, by class and site. */
  readonly empty: readonly EmptyRow[]
  readonly emptyObjects: number
  readonly emptyMemsize: number
}

export function collections(subject: Subject, options: AnalysisOptions): Collections {
  const {heap} = subject
  const {empty, longest, roomiest, unused} = heap.sweeps.collections(options.top, onlyOf(heap, options))
  const rows = new EmptyRows(subject)
  let emptyMemsize = 0
  for (const index of empty) {
    emptyMemsize += heap.memsize(index)
    rows.add(index)
  }

  const row = (index: number): CollectionRow => ({...objectRow(subject, index), ...heap.sweeps.roomOf(index), size: heap.columns.sizes[index]})
  const byUnused = Array.from(roomiest, row).toSorted((a, b) => b.unused - a.unused)
  const emptyRows = rows.rows().toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects)
  return {
    biggest: Array.from(longest, row),
    empty: takeTop(emptyRows, options),
    emptyMemsize,
    emptyObjects: empty.length,
    oversized: takeTop(byUnused, options),
    unused,
  }
}

/** Rows in the order in which their first objects come. Objects of one class and site often come together, so the last row is kept at hand. */
class EmptyRows {
  readonly #rows = new Map<number, EmptyRow & {objects: number; memsize: number}>()
  readonly #subject: Subject
  #lastKey = NaN
  #last: (EmptyRow & {objects: number; memsize: number}) | null = null

  constructor(subject: Subject) {
    this.#subject = subject
  }

  add(index: number): void {
    const {heap, classes} = this.#subject
    const key = classes.groupOf[index] * (heap.tables.siteTable.size + 1) + heap.columns.sites[index] + 1
    if (key !== this.#lastKey || this.#last === null) {
      this.#lastKey = key
      this.#last = this.#rowOf(key, index)
    }

    this.#last.objects++
    this.#last.memsize += heap.memsize(index)
  }

  rows(): EmptyRow[] {
    return [...this.#rows.values()]
  }

  #rowOf(key: number, index: number): EmptyRow & {objects: number; memsize: number} {
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const {heap, classes} = this.#subject
    const {siteTable} = heap.tables
    const site = heap.columns.sites[index]
    const where = site === NO_SITE ? null : {file: siteTable.file(site), line: siteTable.line(site)}
    const row = {className: classes.names[classes.groupOf[index]], memsize: 0, objects: 0, site: where}
    this.#rows.set(key, row)
    return row
  }
}
