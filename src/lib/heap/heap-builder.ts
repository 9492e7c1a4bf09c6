// The only mutator of a heap: takes records in the order of the dump, and ends by turning addresses into indexes. The columns are in
// HeapMemory, where the scanner writes most of them by itself; what it leaves to the line reader comes through here.
import {AddressCodes, NO_CODE} from './address-codes.js'
import {AddressIndex} from './address-index.js'
import {Heap, LARGE_MEMSIZE, NONE} from './heap.js'
import type {DumpSize, HeapMemory} from './heap-memory.js'
import {OBJECT_TYPES} from './object-types.js'
import {rereadOldClasses} from './older-classes.js'
import {ShapeTable} from './shape-table.js'
import {SiteTable} from './site-table.js'
import {TextTable} from './text-table.js'
import {hiddenArrays, unlistedRoots} from './unlisted-roots.js'
import {ValueTable} from './value-table.js'

const MAX_TYPES = 255

export class HeapBuilder {
  readonly codes: AddressCodes
  readonly texts = new TextTable()
  readonly values: ValueTable
  readonly sites = new SiteTable()
  readonly shapes = new ShapeTable()
  readonly #memory: HeapMemory
  /** By page number. */
  #slotSizes = new Int32Array(256)
  readonly #typeNames: string[] = [...OBJECT_TYPES]
  readonly #roots: number[] = []
  readonly #rootCategory: number[] = []
  readonly #rootCategories: string[] = []
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

  get rootCount(): number {
    return this.#roots.length
  }

  /** Code of a type's name; new names get new codes. */
  typeCode(name: string): number {
    const known = this.#typeNames.indexOf(name)
    if (known !== -1) return known
    if (this.#typeNames.length === MAX_TYPES) return MAX_TYPES - 1
    return this.#typeNames.push(name) - 1
  }

  /** A reference of the record that the next `add` completes. */
  reference(code: number): void {
    this.#memory.addReference(code)
  }

  /** Bytes of the slot at an address (Ruby 3.2 and later): all slots of a page are alike. */
  slotSize(address: number, bytes: number): void {
    if (this.codes.isIrregular(address) || address === NO_CODE) return
    this.slotSizeOf(address >>> this.codes.slotBits, bytes)
  }

  slotSizeOf(page: number, bytes: number): void {
    while (page >= this.#slotSizes.length) this.#slotSizes = grown(this.#slotSizes)
    this.#slotSizes[page] = bytes
  }

  /** Completes a record. Codes are addresses' codes; nil, unknown and absent are -1 (shape: 0). */
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
    this.#memory.addRecord(address, type, classCode, Math.min(memsize, LARGE_MEMSIZE), site, generation, detail, size, shape, flags)
  }

  /** The superclass of the record that the next `add` completes. */
  superclass(code: number): void {
    this.superclassOf(this.count, code)
  }

  superclassOf(index: number, code: number): void {
    this.#superclasses.push(index, code)
  }

  root(category: string, codes: readonly number[]): void {
    const number = this.#categoryNumber(category)
    for (const code of codes) {
      this.#roots.push(code)
      this.#rootCategory.push(number)
    }
  }

  #categoryNumber(category: string): number {
    const known = this.#rootCategories.indexOf(category)
    return known === -1 ? Math.min(this.#rootCategories.push(category) - 1, 255) : known
  }

  /** Addresses become indexes, in place; the builder and the memory must not be used afterwards. */
  build(): Heap {
    // It moves the columns, so it comes first.
    const scratch = this.#memory.takeScratch(AddressIndex.wordsFor(this.codes))
    const {columns} = this.#memory
    this.values.seal()
    const count = this.count
    const index = new AddressIndex(this.codes, columns.addresses, scratch)
    const hidden = hiddenArrays(columns, this.texts)
    index.resolve(columns.classes)
    index.resolve(columns.edges)

    const superclasses = new Map<number, number>()
    for (let at = 0; at < this.#superclasses.length; at += 2) {
      const superclass = index.indexOf(this.#superclasses[at + 1])
      if (superclass !== NONE) superclasses.set(this.#superclasses[at], superclass)
    }

    rereadOldClasses(columns, this.texts, superclasses)
    while (this.#slotSizes.length < this.codes.pageCount) this.#slotSizes = grown(this.#slotSizes)
    const listed = Int32Array.from(this.#roots, code => index.indexOf(code))
    const unlisted = unlistedRoots(columns, this.texts, listed, hidden)
    return new Heap(
      {
        ...columns,
        count,
        roots: Int32Array.from([...listed, ...unlisted.map(root => root.target)]),
        rootCategory: Uint8Array.from([...this.#rootCategory, ...unlisted.map(root => this.#categoryNumber(root.category))]),
        rootCategories: this.#rootCategories,
      },
      {
        typeNames: this.#typeNames,
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
