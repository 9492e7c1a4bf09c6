// Ruby's heap in columns: one typed array per field, indexed by object, in the order of the dump. 38 bytes per object
// and 4 per reference, all outside V8's heap. Created by HeapBuilder; immutable afterwards.
import type {AddressCodes} from './address-codes.js'
import type {AddressIndex} from './address-index.js'
import type {Scratch} from '../wasm/scratch.js'
import {type HeapColumns, type HeapTables, LARGE_MEMSIZE, NONE} from './columns.js'
import {HeapGraph} from './heap-graph.js'
import {TYPE} from './object-types.js'
import {Scans} from './scans/scans.js'
import {VARIABLE_RECORD} from './variable-records.js'

/** Five words. In a 32-bit Ruby, addresses are aligned to 4 bytes. */
const SLOT_BYTES_32 = 20
const SLOT_BYTES_64 = 40

export class Heap {
  #memsizes: Uint32Array | Float64Array | null = null
  #graph: HeapGraph | null = null
  #scans: Scans | null = null
  #structs: Int32Array | null = null
  readonly #natives = new Map<string, readonly number[]>()

  constructor(
    readonly columns: HeapColumns,
    readonly tables: HeapTables,
    readonly codes: AddressCodes,
    readonly index: AddressIndex,
    /** Memory that was used for reading, and what the graph may need besides. */
    readonly scratch: Scratch,
  ) {}

  /** Scans over all objects. */
  get scans(): Scans {
    this.#scans ??= new Scans(this)
    return this.#scans
  }

  /**
   * The graph of owners: built on first use, and only once, because it stays in the memory that all questions share.
   */
  get graph(): HeapGraph {
    this.#graph ??= new HeapGraph(this)
    return this.#graph
  }

  get count(): number {
    return this.columns.count
  }

  /** Memsizes by object, for loops: the column, or a wider copy of it if any object has 4 GiB or more. */
  get memsizes(): Uint32Array | Float64Array {
    this.#memsizes ??= this.tables.largeMemsizes.size === 0 ? this.columns.memsizes : this.#wideMemsizes()
    return this.#memsizes
  }

  /** Indexes of native objects with this struct: `VM/thread`, `fiber`. Searched once per struct. */
  natives(struct: string): readonly number[] {
    let natives = this.#natives.get(struct)
    if (natives === undefined) this.#natives.set(struct, (natives = this.#findNatives(struct)))
    return natives
  }

  memsize(index: number): number {
    const memsize = this.columns.memsizes[index]
    return memsize === LARGE_MEMSIZE ? (this.tables.largeMemsizes.get(index) ?? LARGE_MEMSIZE) : memsize
  }

  typeName(index: number): string {
    return this.tables.typeNames[this.columns.types[index]]
  }

  /**
   * log2 of the size of Ruby's heap pages (HEAP_PAGE_ALIGN_LOG in gc.c): 64 KiB from 3.2 on, which prints slot sizes,
   * and 16 KiB before. AddressCodes has pages of 64 KiB in either case.
   */
  get pageBits(): 14 | 16 {
    return this.tables.slotSizes.some(size => size > 0) ? 16 : 14
  }

  /** The size of an object's slot. Ruby 3.1 and earlier have one size and do not print it. */
  slotSize(index: number): number {
    const code = this.columns.addresses[index]
    return this.codes.isIrregular(code) || code < 0
      ? this.otherSlotSize
      : this.slotSizeOfPage(code >>> this.codes.slotBits)
  }

  slotSizeOfPage(page: number): number {
    const known = this.tables.slotSizes[page]
    return known > 0 ? known : this.otherSlotSize
  }

  /** The size of slots that the dump does not show. */
  get otherSlotSize(): number {
    return this.codes.alignmentBits === 2 ? SLOT_BYTES_32 : SLOT_BYTES_64
  }

  address(index: number): string {
    return this.codes.address(this.columns.addresses[index])
  }

  /** Index of the object at an address; NONE if the dump has none. */
  find(address: string): number {
    return this.index.indexOf(this.codes.find(address))
  }

  /**
   * The text of the detail column: the name of a class, the struct of a DATA, the type of an IMEMO; null if there is
   * none.
   */
  detail(index: number): string | null {
    const detail = this.columns.details[index]
    return detail === NONE ? null : this.tables.texts.text(detail)
  }

  /** Whether this Ruby keeps some instance variables in separate records. */
  get hasVariableRecords(): boolean {
    return this.tables.texts.find(VARIABLE_RECORD) !== NONE
  }

  /** Whether it is such a record (4.0 and later). */
  isVariableRecord(index: number): boolean {
    return this.columns.types[index] === TYPE.IMEMO && this.detail(index) === VARIABLE_RECORD
  }

  #findNatives(struct: string): readonly number[] {
    const text = this.tables.texts.find(struct)
    if (text === NONE) return []
    this.#structs ??= this.scans.select.ofTypes([TYPE.DATA])
    return Array.from(this.#structs.filter(index => this.columns.details[index] === text))
  }

  #wideMemsizes(): Float64Array {
    const wide = Float64Array.from(this.columns.memsizes)
    for (const [index, memsize] of this.tables.largeMemsizes) wide[index] = memsize
    return wide
  }
}
