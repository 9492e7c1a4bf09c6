// The only mutator of a heap: takes records in the order of the dump, and finally converts addresses to indexes. The
// columns are in HeapMemory, where the scanner writes most records itself; the rest come from the line reader through
// this class.
import {AddressCodes, NO_CODE} from './address-codes.js'
import {AddressIndex} from './address-index.js'
import {LARGE_MEMSIZE, NONE} from './columns.js'
import {Heap} from './heap.js'
import type {DumpSize, HeapMemory} from './heap-memory.js'
import {OBJECT_TYPES} from './object-types.js'
import {rereadOldClasses} from './older-classes.js'
import {ShapeTable} from './shape-table.js'
import {SiteTable} from './site-table.js'
import {LONGEST_TEXT, OTHER, TextTable} from './text-table.js'
import {hiddenArrays, mostUnlistedRoots, unlistedRoots} from './unlisted-roots.js'
import {ValueTable} from './value-table.js'
import {giveBackVariables} from './variable-records.js'

/** Codes have one byte; 255 is not a code. */
const MOST_CODES = 255

const FOLDED = ['types', 'roots', 'names', 'lines', 'shapes'] as const
export type Folded = (typeof FOLDED)[number]

/** Names with one-byte codes; the last code stands for all others. */
class CodeTable {
  readonly names: string[] = []
  readonly #codes = new Map<string, number>()
  #isFull = false

  constructor(names: readonly string[] = []) {
    for (const name of names) this.codeOf(name)
  }

  get isFull(): boolean {
    return this.#isFull
  }

  codeOf(name: string): number {
    const known = this.#codes.get(name)
    if (known !== undefined) return known
    if (name.length > LONGEST_TEXT) {
      this.#isFull = true
      return this.codeOf(OTHER)
    }

    if (this.names.length < MOST_CODES - 1) {
      this.#codes.set(name, this.names.length)
      return this.names.push(name) - 1
    }

    this.#isFull = true
    const other = this.#codes.get(OTHER)
    if (other !== undefined) return other
    this.names[MOST_CODES - 1] = OTHER
    return MOST_CODES - 1
  }
}

export class HeapBuilder {
  readonly codes: AddressCodes
  readonly texts = new TextTable()
  readonly values: ValueTable
  readonly sites = new SiteTable()
  readonly shapes = new ShapeTable()
  readonly #memory: HeapMemory
  /** By page number. */
  #slotSizes = new Int32Array(256)
  readonly #types = new CodeTable(OBJECT_TYPES)
  readonly #roots: number[] = []
  readonly #rootCategory: number[] = []
  readonly #categories = new CodeTable()
  readonly #superclasses: number[] = []
  readonly #largeMemsizes = new Map<number, number>()

  constructor(alignmentBits: 2 | 3, memory: HeapMemory, size: DumpSize, keepsHashes: boolean) {
    this.codes = new AddressCodes(alignmentBits)
    this.#memory = memory
    memory.begin(alignmentBits, this.codes.mostPages, size, keepsHashes)
    this.values = new ValueTable(memory)
  }

  get count(): number {
    return this.#memory.recordCount
  }

  /** Code of a type's name; new names get new codes. */
  typeCode(name: string): number {
    return this.#types.codeOf(name)
  }

  /** Kinds of which the dump has too many: the rest of each are grouped as `(other)`. */
  get folded(): readonly Folded[] {
    const full: Readonly<Record<Folded, boolean>> = {
      lines: this.sites.isFull,
      names: this.texts.isFull,
      roots: this.#categories.isFull,
      shapes: this.shapes.isFull,
      types: this.#types.isFull,
    }
    return FOLDED.filter(kind => full[kind])
  }

  /** Adds a reference to the record that the next `add` completes. */
  reference(code: number): void {
    this.#memory.addReference(code)
  }

  /** Sets the slot size at an address (Ruby 3.2 and later): all slots of a page have the same size. */
  slotSize(address: number, bytes: number): void {
    if (this.codes.isIrregular(address) || address === NO_CODE) return
    this.slotSizeOf(address >>> this.codes.slotBits, bytes)
  }

  slotSizeOf(page: number, bytes: number): void {
    while (page >= this.#slotSizes.length) this.#slotSizes = grown(this.#slotSizes)
    this.#slotSizes[page] = bytes
  }

  /** Completes a record. Addresses and classes are address codes; nil, unknown and absent are -1 (shape: 0). */
  add(
    address: number,
    type: number,
    classCode: number,
    memsize: number,
    site: number,
    generation: number,
    detail: number,
    size: number,
    shape: number,
    flags: number,
  ): void {
    if (memsize >= LARGE_MEMSIZE) this.#largeMemsizes.set(this.count, memsize)
    this.#memory.addRecord(
      address,
      type,
      classCode,
      Math.min(memsize, LARGE_MEMSIZE),
      site,
      generation,
      detail,
      size,
      shape,
      flags,
    )
  }

  /** Sets the superclass of the record that the next `add` completes. */
  superclass(code: number): void {
    this.superclassOf(this.count, code)
  }

  superclassOf(index: number, code: number): void {
    this.#superclasses.push(index, code)
  }

  root(category: string, codes: readonly number[]): void {
    const number = this.#categories.codeOf(category)
    for (const code of codes) {
      this.#roots.push(code)
      this.#rootCategory.push(number)
    }
  }

  /** Converts addresses to indexes in place. The builder and the memory must not be used afterwards. */
  build(): Heap {
    const hidden = hiddenArrays(this.#memory.columns, this.texts)
    // A root takes a pair of words and an edge of the graph. A dump may have more roots than objects.
    const rootWords = 3 * (this.#roots.length + mostUnlistedRoots(this.#memory.columns, this.texts, hidden))
    // takeScratch moves the columns, so they are fetched again.
    const scratch = this.#memory.takeScratch(AddressIndex.wordsFor(this.codes) + rootWords)
    const {columns} = this.#memory
    this.values.seal()
    const count = this.count
    const index = new AddressIndex(this.codes, columns.addresses, scratch)
    index.resolve(columns.classes)
    index.resolve(columns.edges)

    const superclasses = new Map<number, number>()
    for (let at = 0; at < this.#superclasses.length; at += 2) {
      const superclass = index.indexOf(this.#superclasses[at + 1])
      if (superclass !== NONE) superclasses.set(this.#superclasses[at], superclass)
    }

    rereadOldClasses(columns, this.texts, superclasses)
    giveBackVariables(columns, this.texts)
    while (this.#slotSizes.length < this.codes.pageCount) this.#slotSizes = grown(this.#slotSizes)
    const listed = Int32Array.from(this.#roots, code => index.indexOf(code))
    const unlisted = unlistedRoots(columns, this.texts, listed, hidden)
    const categories = unlisted.map(root => this.#categories.codeOf(root.category))
    return new Heap(
      {
        ...columns,
        count,
        roots: Int32Array.from([...listed, ...unlisted.map(root => root.target)]),
        rootCategory: Uint8Array.from([...this.#rootCategory, ...categories]),
        rootCategories: this.#categories.names,
      },
      {
        typeNames: this.#types.names,
        texts: this.texts,
        values: this.values,
        siteTable: this.sites,
        shapeTable: this.shapes,
        superclasses,
        largeMemsizes: this.#largeMemsizes,
        slotSizes: this.#slotSizes.subarray(0, this.codes.pageCount),
      },
      this.codes,
      index,
      scratch,
    )
  }
}

function grown(column: Int32Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(column.length * 2)
  next.set(column)
  return next
}
