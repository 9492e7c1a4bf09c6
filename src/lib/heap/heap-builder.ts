// The only mutator of a heap: takes records in the order of the dump, and ends by turning addresses into indexes. Columns grow by
// doubling, but are allocated at once when the size of the dump is known: memory that is never written to is never resident.
import {AddressCodes, NO_CODE} from './address-codes.js'
import {AddressIndex} from './address-index.js'
import {Heap, type HeapColumns, LARGE_MEMSIZE, NONE} from './heap.js'
import {OBJECT_TYPES} from './object-types.js'
import {ShapeTable} from './shape-table.js'
import {SiteTable} from './site-table.js'
import {TextTable} from './text-table.js'
import {type IdOfValue, ValueTable} from './value-table.js'

/** No dump has fewer bytes an object than this on average, nor fewer bytes a reference. */
const BYTES_PER_OBJECT = 130
const BYTES_PER_EDGE = 60
/** Of a dump, for each distinct value: about. */
const BYTES_PER_VALUE = 400
const MAX_TYPES = 255

type Column = Int32Array | Uint32Array | Uint8Array

/** Some records at once: columns as a heap has them, of one length but for the edges. */
export type Batch = Pick<
  HeapColumns,
  'addresses' | 'classes' | 'details' | 'edges' | 'flags' | 'generations' | 'memsizes' | 'shapes' | 'sites' | 'sizes' | 'types'
> & {
  /** Where the edges of each record end. */
  readonly edgeEnds: Int32Array
}

export class HeapBuilder {
  readonly codes: AddressCodes
  readonly texts = new TextTable()
  readonly values: ValueTable
  /** About how many different values there will be. */
  readonly mostValues: number
  readonly sites = new SiteTable()
  readonly shapes = new ShapeTable()
  #count = 0
  #capacity: number
  #addresses: Int32Array
  #memsizes: Uint32Array
  #types: Uint8Array
  #classes: Int32Array
  #sites: Int32Array
  #generations: Int32Array
  #details: Int32Array
  #sizes: Int32Array
  #shapes: Int32Array
  #flags: Uint8Array
  #firstEdge: Int32Array
  /** By page number. */
  #slotSizes = new Int32Array(256)
  #edges: Int32Array
  #edgeCount = 0
  /** Where the edges of the record that is being read begin. */
  #edgeStart = 0
  readonly #typeNames: string[] = [...OBJECT_TYPES]
  readonly #roots: number[] = []
  readonly #rootCategory: number[] = []
  readonly #rootCategories: string[] = []
  readonly #superclasses: number[] = []
  readonly #largeMemsizes = new Map<number, number>()

  /** `dumpBytes`: size of the (uncompressed) dump, when it is known; only memory depends on it. */
  constructor(alignmentBits: 2 | 3, idOfValue: IdOfValue, dumpBytes: number | null = null) {
    this.codes = new AddressCodes(alignmentBits)
    this.mostValues = Math.max(1024, Math.ceil((dumpBytes ?? 0) / BYTES_PER_VALUE))
    this.values = new ValueTable(idOfValue, this.mostValues)
    const capacity = Math.max(1024, Math.ceil((dumpBytes ?? 0) / BYTES_PER_OBJECT))
    this.#capacity = capacity
    this.#addresses = new Int32Array(capacity)
    this.#memsizes = new Uint32Array(capacity)
    this.#types = new Uint8Array(capacity)
    this.#classes = new Int32Array(capacity)
    this.#sites = new Int32Array(capacity)
    this.#generations = new Int32Array(capacity)
    this.#details = new Int32Array(capacity)
    this.#sizes = new Int32Array(capacity)
    this.#shapes = new Int32Array(capacity)
    this.#flags = new Uint8Array(capacity)
    this.#firstEdge = new Int32Array(capacity + 1)
    this.#edges = new Int32Array(Math.max(1024, Math.ceil((dumpBytes ?? 0) / BYTES_PER_EDGE)))
  }

  get count(): number {
    return this.#count
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
    if (this.#edgeCount === this.#edges.length) this.#edges = grown(this.#edges)
    this.#edges[this.#edgeCount++] = code
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
    const index = this.#count
    if (index === this.#capacity) this.#grow()
    this.#addresses[index] = address
    this.#types[index] = type
    this.#classes[index] = classCode
    this.#sites[index] = site
    this.#generations[index] = generation
    this.#details[index] = detail
    this.#flags[index] = flags
    this.#memsizes[index] = memsize
    // Untouched entries are zero and, in columns that few records use, never become resident.
    if (size !== 0) this.#sizes[index] = size
    if (shape !== 0) this.#shapes[index] = shape
    if (memsize >= LARGE_MEMSIZE) this.#addLarge(index, memsize)
    this.#firstEdge[index] = this.#edgeStart
    this.#edgeStart = this.#edgeCount
    this.#count = index + 1
  }

  /** Adds records that are complete; sizes of at least 4 GiB are none of theirs. */
  addAll(batch: Batch): void {
    const index = this.#count
    const count = batch.addresses.length
    while (index + count > this.#capacity) this.#grow()
    this.#addresses.set(batch.addresses, index)
    this.#types.set(batch.types, index)
    this.#classes.set(batch.classes, index)
    this.#sites.set(batch.sites, index)
    this.#generations.set(batch.generations, index)
    this.#details.set(batch.details, index)
    this.#flags.set(batch.flags, index)
    this.#memsizes.set(batch.memsizes, index)
    this.#sizes.set(batch.sizes, index)
    // Before Ruby 3.2 the column is never touched, and so never resident.
    if (hasOther(batch.shapes, 0)) this.#shapes.set(batch.shapes, index)
    const start = this.#edgeStart
    this.#firstEdge[index] = start
    for (let record = 1; record < count; record++) this.#firstEdge[index + record] = start + batch.edgeEnds[record - 1]
    while (start + batch.edges.length > this.#edges.length) this.#edges = grown(this.#edges)
    this.#edges.set(batch.edges, start)
    this.#edgeStart = start + batch.edges.length
    this.#edgeCount = this.#edgeStart
    this.#count = index + count
  }

  /** The superclass of the record that the next `add` completes. */
  superclass(code: number): void {
    this.superclassOf(this.#count, code)
  }

  superclassOf(index: number, code: number): void {
    this.#superclasses.push(index, code)
  }

  root(category: string, codes: readonly number[]): void {
    let number = this.#rootCategories.indexOf(category)
    if (number === -1) number = Math.min(this.#rootCategories.push(category) - 1, 255)
    for (const code of codes) {
      this.#roots.push(code)
      this.#rootCategory.push(number)
    }
  }

  /** Addresses become indexes, in place; the builder must not be used afterwards. `spare`: memory that nobody needs from now on. */
  build(spare?: Int32Array): Heap {
    this.values.seal()
    const count = this.#count
    this.#firstEdge[count] = this.#edgeStart
    const addresses = this.#addresses.subarray(0, count)
    const index = new AddressIndex(this.codes, addresses, count)
    const classes = this.#classes.subarray(0, count)
    const edges = this.#edges.subarray(0, this.#edgeStart)
    resolve(classes, index)
    resolve(edges, index)

    const superclasses = new Map<number, number>()
    for (let at = 0; at < this.#superclasses.length; at += 2) {
      const superclass = index.indexOf(this.#superclasses[at + 1])
      if (superclass !== NONE) superclasses.set(this.#superclasses[at], superclass)
    }

    const roots = Int32Array.from(this.#roots)
    resolve(roots, index)
    return new Heap(
      {
        count,
        addresses,
        memsizes: this.#memsizes.subarray(0, count),
        types: this.#types.subarray(0, count),
        classes,
        sites: this.#sites.subarray(0, count),
        generations: this.#generations.subarray(0, count),
        details: this.#details.subarray(0, count),
        sizes: this.#sizes.subarray(0, count),
        shapes: this.#shapes.subarray(0, count),
        flags: this.#flags.subarray(0, count),
        firstEdge: this.#firstEdge.subarray(0, count + 1),
        edges,
        roots,
        rootCategory: Uint8Array.from(this.#rootCategory),
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
      spare,
    )
  }

  #addLarge(index: number, memsize: number): void {
    this.#memsizes[index] = LARGE_MEMSIZE
    this.#largeMemsizes.set(index, memsize)
  }

  #grow(): void {
    this.#capacity *= 2
    this.#addresses = grown(this.#addresses)
    this.#memsizes = grown(this.#memsizes)
    this.#types = grown(this.#types)
    this.#classes = grown(this.#classes)
    this.#sites = grown(this.#sites)
    this.#generations = grown(this.#generations)
    this.#details = grown(this.#details)
    this.#sizes = grown(this.#sizes)
    this.#shapes = grown(this.#shapes)
    this.#flags = grown(this.#flags)
    this.#firstEdge = grown(this.#firstEdge)
  }
}

function hasOther(column: Int32Array, value: number): boolean {
  for (let index = 0; index < column.length; index++) if (column[index] !== value) return true
  return false
}

function grown<Kind extends Column>(column: Kind): Kind {
  const next = new (column.constructor as new (length: number) => Kind)(column.length * 2)
  next.set(column)
  return next
}

/** Classes repeat from one object to the next, so the last answer is kept. */
function resolve(codes: Int32Array, index: AddressIndex): void {
  let lastCode = NONE
  let lastIndex = NONE
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]
    if (code !== lastCode) {
      lastCode = code
      lastIndex = index.indexOf(code)
    }

    codes[at] = lastIndex
  }
}
