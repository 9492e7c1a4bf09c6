// Arrays, hashes and strings: which hold most, which hold room that nothing is in, how many hold nothing at all.
//
// The dump has no capacities but those of strings, and these the reader leaves out; all follow from memsize, which is the slot and
// what was allocated beside it (array.c, st.c and string.c of Ruby 3.1 to 4.0, 64-bit).
import {FLAG, type Heap} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import {NO_SITE} from '../heap/site-table.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import {type AnalysisOptions, filterOf} from './options.js'
import type {Subject} from './subject.js'
import {TopList} from './top-list.js'

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

const WORD = 8
/** struct st_table; an entry is hash, key and value. */
const TABLE = 56
const ENTRY = 24
/** A small hash has room for eight pairs, in the slot (3.3 and later) or beside it, and no table. */
const SMALL_HASH = 8
const PAIR = 16
const SMALL_HASH_SLOT = 160
/** From 2^5 entries on there are bins, of 1, 2, 4 bytes as their numbers grow; twice as many as entries. */
const BINS_FROM = 5

export function collections(subject: Subject, options: AnalysisOptions): Collections {
  const {heap} = subject
  const {types, sizes, flags} = heap.columns
  const largest = new TopList(options.top)
  const roomiest = new TopList(options.top)
  const empty = new EmptyRows(subject)
  let unused = 0
  let emptyObjects = 0
  let emptyMemsize = 0
  const isIn = filterOf(heap, options)
  for (let index = 0; index < heap.count; index++) {
    const type = types[index]
    // Strings in their slots are most of all, and all the same.
    if (type === TYPE.STRING ? (flags[index] & FLAG.embedded) !== 0 && sizes[index] > 0 : type !== TYPE.ARRAY && type !== TYPE.HASH) continue
    if (!isIn(index)) continue
    if (type !== TYPE.STRING) largest.offer(index, sizes[index])
    if ((flags[index] & FLAG.embedded) === 0) {
      const room = unusedIn(heap, index)
      unused += room
      roomiest.offer(index, room)
    }

    if (sizes[index] > 0 || isShared(heap, index)) continue
    emptyObjects++
    emptyMemsize += heap.memsize(index)
    empty.add(index)
  }

  const row = (index: number): CollectionRow => ({...objectRow(subject, index), ...roomOf(heap, index), size: sizes[index]})
  const emptyRows = empty.rows().toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects)
  return {
    biggest: largest.indexes().map(row),
    empty: options.top === 0 ? emptyRows : emptyRows.slice(0, options.top),
    emptyMemsize,
    emptyObjects,
    oversized: roomiest.indexes().map(row),
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

/** A shared buffer is another object's, and the dump leaves out how long this one's part of it is. */
function isShared({columns: {flags}}: Heap, index: number): boolean {
  return (flags[index] & FLAG.shared) !== 0
}

/** What `roomOf` says is unused, without the rest of it: asked of every string that has a buffer. */
function unusedIn(heap: Heap, index: number): number {
  if (heap.columns.types[index] !== TYPE.STRING || heap.codes.alignmentBits === 2 || isShared(heap, index)) return roomOf(heap, index).unused
  return Math.max(0, heap.memsizes[index] - heap.slotSize(index) - 1 - heap.columns.sizes[index])
}

type Room = {readonly capacity: number | null; readonly unused: number}

const UNKNOWN: Room = {capacity: null, unused: 0}

function roomOf(heap: Heap, index: number): Room {
  const {types, sizes, flags} = heap.columns
  const size = sizes[index]
  const slot = heap.slotSize(index)
  const beside = heap.memsize(index) - slot
  if (heap.codes.alignmentBits === 2 || isShared(heap, index) || (flags[index] & FLAG.embedded) !== 0) return UNKNOWN
  switch (types[index]) {
    case TYPE.ARRAY: {
      const capacity = Math.floor(beside / WORD)
      return capacity < size ? UNKNOWN : {capacity, unused: (capacity - size) * WORD}
    }

    case TYPE.STRING: {
      // One byte for the zero at the end.
      return beside - 1 < size ? UNKNOWN : {capacity: beside - 1, unused: beside - 1 - size}
    }

    case TYPE.HASH:
      return hashRoom(size, beside, slot)
    default:
      return UNKNOWN
  }
}

/** `beside`: bytes allocated beside the slot. */
function hashRoom(size: number, beside: number, slot: number): Room {
  if (beside === 0 && slot < SMALL_HASH_SLOT) return size === 0 ? {capacity: 0, unused: 0} : UNKNOWN
  if (size <= SMALL_HASH && (beside === 0 || beside === SMALL_HASH * PAIR)) return {capacity: SMALL_HASH, unused: (SMALL_HASH - size) * PAIR}
  // In 3.3 and later struct st_table is in the slot too.
  const power = powerOf(beside - TABLE) ?? powerOf(beside)
  if (power === null) return UNKNOWN
  const capacity = 2 ** power
  return {capacity, unused: Math.max(0, capacity - size) * ENTRY}
}

/** A table's number of entries by what they take with their bins; no two of them take the same. */
function powerOf(bytes: number): number | null {
  for (let power = 2; power < 31; power++) {
    const taken = 2 ** power * ENTRY + binBytes(power)
    if (taken >= bytes) return taken === bytes ? power : null
  }

  return null
}

function binBytes(power: number): number {
  if (power < BINS_FROM) return 0
  const width = power < 8 ? 1 : power < 16 ? 2 : 4
  return 2 ** (power + 1) * width
}
