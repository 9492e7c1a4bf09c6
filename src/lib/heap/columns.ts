// The columns of a heap: one typed array a field, indexed by object, and the tables that their codes are from.
import type {ShapeTable} from './shape-table.js'
import type {SiteTable} from './site-table.js'
import type {TextTable} from './text-table.js'
import type {ValueTable} from './value-table.js'

/** No object: a reference to an address that the dump has no record of, an object without a class. */
export const NONE = -1

/**
 * Bits of the `flags` column. `young`: has not survived three garbage collections. What has no write barrier (threads, many native
 * objects) never becomes old in Ruby's sense, and is never called young here.
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

/** What a memsize column entry says when the size needs more than 32 bits. */
export const LARGE_MEMSIZE = 0xffffffff

export type HeapColumns = {
  readonly count: number
  readonly addresses: Int32Array
  readonly memsizes: Uint32Array
  /** Object types by code; `typeNames[code]`. */
  readonly types: Uint8Array
  /** The class's index, NONE without one. */
  readonly classes: Int32Array
  /** Site ids, NO_SITE when not traced. */
  readonly sites: Int32Array
  /** -1 is nil. */
  readonly generations: Int32Array
  /** STRING, SYMBOL: value id. CLASS, MODULE: name. DATA: struct. IMEMO: imemo type. A text id but for values; NONE without. */
  readonly details: Int32Array
  /** STRING, SYMBOL: bytes. ARRAY: length. HASH: entries. OBJECT: instance variables. FILE: descriptor. Else 0. */
  readonly sizes: Int32Array
  /** Shape id + 1; 0 without one (before Ruby 3.2). */
  readonly shapes: Int32Array
  readonly flags: Uint8Array
  /** References of object i: `edges[firstEdge[i]] … edges[firstEdge[i + 1] - 1]`, as the dump lists them, repeats and all. */
  readonly firstEdge: Int32Array
  /** Indexes of what is referred to; NONE for addresses without a record. */
  readonly edges: Int32Array
  /** What each root refers to, and the category it comes under (`rootCategories[rootCategory[i]]`). */
  readonly roots: Int32Array
  readonly rootCategory: Uint8Array
  readonly rootCategories: readonly string[]
}

export type HeapTables = {
  readonly typeNames: readonly string[]
  readonly texts: TextTable
  readonly values: ValueTable
  readonly siteTable: SiteTable
  readonly shapeTable: ShapeTable
  /** Index of a class → index of its superclass. */
  readonly superclasses: ReadonlyMap<number, number>
  /** Sizes of 4 GiB and more, by index. */
  readonly largeMemsizes: ReadonlyMap<number, number>
  /** Bytes of a page's slots by page number; 0 where the dump does not say (before Ruby 3.2). */
  readonly slotSizes: Int32Array
}
