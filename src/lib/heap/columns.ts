// The columns of a heap: one typed array per field, indexed by object, and the tables that their codes refer to.
import type {ShapeTable} from './shape-table.js'
import type {SiteTable} from './site-table.js'
import type {TextTable} from './text-table.js'
import type {Values} from './value-table.js'

/** No object: a reference to an address without a record in the dump, or an object without a class. */
export const NONE = -1

/**
 * Bits of the `flags` column. `young`: has not survived three GCs. Objects without a write barrier (threads, many
 * native objects) never become old in Ruby's sense, so they are never marked young here.
 */
export const FLAG = {
  frozen: 1,
  embedded: 2,
  shared: 4,
  fstring: 8,
  singleton: 16,
  named: 32,
  tooComplex: 64,
  young: 128,
} as const

/** The entry in the memsize column for a size that needs more than 32 bits. */
export const LARGE_MEMSIZE = 0xffffffff

export type HeapColumns = {
  readonly count: number
  readonly addresses: Int32Array
  readonly memsizes: Uint32Array
  /** Object types by code; `typeNames[code]`. */
  readonly types: Uint8Array
  /** The class's index, NONE without one. */
  readonly classes: Int32Array
  /** Site ids; NO_SITE if not traced. */
  readonly sites: Int32Array
  /** -1 is nil. */
  readonly generations: Int32Array
  /**
   * STRING, SYMBOL: value id. CLASS, MODULE: name. DATA: struct. IMEMO: imemo type. Text ids except for values; NONE if
   * there is none.
   */
  readonly details: Int32Array
  /** STRING, SYMBOL: bytes. ARRAY: length. HASH: entries. OBJECT: instance variables. FILE: descriptor. Else 0. */
  readonly sizes: Int32Array
  /** Shape id + 1; 0 if there is none (before Ruby 3.2). */
  readonly shapes: Int32Array
  readonly flags: Uint8Array
  /** References of object i: `edges[firstEdge[i]] … edges[firstEdge[i + 1] - 1]`, as in the dump, including repeats. */
  readonly firstEdge: Int32Array
  /** Indexes of the referenced objects; NONE for addresses without a record. */
  readonly edges: Int32Array
  /** What each root refers to, and its category (`rootCategories[rootCategory[i]]`). */
  readonly roots: Int32Array
  readonly rootCategory: Uint8Array
  readonly rootCategories: readonly string[]
}

export type HeapTables = {
  readonly typeNames: readonly string[]
  readonly texts: TextTable
  readonly values: Values
  readonly siteTable: SiteTable
  readonly shapeTable: ShapeTable
  /** Index of a class → index of its superclass. */
  readonly superclasses: ReadonlyMap<number, number>
  /** Sizes of 4 GiB or more, by index. */
  readonly largeMemsizes: ReadonlyMap<number, number>
  /** Slot size by page number; 0 if the dump does not show it (before Ruby 3.2). */
  readonly slotSizes: Int32Array
}
