// An instance of the WebAssembly scanner (src/wasm): its memory, in which the heap's columns grow, its calls, and what the last one left.
import {UserError} from '../errors.js'
import {wordsForGraph} from '../graph/scratch-for-graph.js'
import {compiledFile} from '../wasm/compiled-file.js'
import {Scratch} from '../wasm/scratch.js'
import type {HeapColumns} from './columns.js'

type WordColumn = 'addresses' | 'classes' | 'details' | 'generations' | 'shapes' | 'sites' | 'sizes'
type List = 'newSites' | 'newTexts' | 'siteMethods' | 'slotSizes' | 'statements' | 'superclasses'
type Pointers =
  WordColumn | List | 'edges' | 'firstEdge' | 'flags' | 'left' | 'memsizes' | 'pages' | 'types' | 'valueHashes'
type Counts =
  | 'edgeCount'
  | 'leftCount'
  | 'newSiteCount'
  | 'newTextCount'
  | 'pageCount'
  | 'recordCount'
  | 'siteMethodCount'
  | 'slotSizeCount'
  | 'statementCount'
  | 'superclassCount'
  | 'valueCount'

type Exports = Readonly<Record<Pointers | Counts | 'refused', WebAssembly.Global>> & {
  readonly memory: WebAssembly.Memory
  addKnown(
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
  ): void
  addReference(code: number): void
  allocateInput(bytes: number): number
  hasNews(): number
  keepStatement(id: number, start: number, length: number): void
  keepName(id: number, start: number, length: number): void
  keepText(id: number, start: number, length: number): void
  leaveValues(): void
  pageNumber(page: number): number
  prepare(bytes: number): void
  reserveColumns(records: number, references: number): void
  reserveSlots(slots: number): void
  reserveValues(most: number, withHashes: boolean): void
  scan(start: number, end: number): number
  setAlignment(bits: number, mostPages: number): void
  setNameId(key: number, id: number): void
  setSiteId(key: number, id: number): void
  textOf(id: number): number
  translate(): number
  valueIdOf(start: number, end: number): number
}

const LISTS = {
  newSites: {count: 'newSiteCount', words: 2},
  newTexts: {count: 'newTextCount', words: 2},
  siteMethods: {count: 'siteMethodCount', words: 2},
  slotSizes: {count: 'slotSizeCount', words: 2},
  statements: {count: 'statementCount', words: 3},
  superclasses: {count: 'superclassCount', words: 2},
} as const satisfies Readonly<Record<List, {count: Counts; words: number}>>

/** No dump has fewer bytes an object than this on average, nor fewer bytes a reference. */
const BYTES_PER_OBJECT = 130
const BYTES_PER_EDGE = 60
/** Of a dump, for each distinct value: about; and for each object, reference and byte of a text that is kept. */
const BYTES_PER_VALUE = 400
const LIKELY_BYTES = {edge: 200, object: 300, text: 30}
/** Of a larger dump, what goes beyond is made room for when it comes: all there can be is 4 GiB. */
const MOST_RESERVED_FOR = 4e9
const LEAST_TEXT_BYTES = 1 << 16
/** What its columns take of memory, and a slot of the table of values. */
const BYTES_OF_OBJECT = 38
const BYTES_OF_SLOT = 16
/** Slots of the table of values at first. */
const MOST_SLOTS = 1 << 26

const NOTHING = new Int32Array(0)

let compiled: WebAssembly.Module | null = null

function instantiate(): Exports {
  compiled ??= new WebAssembly.Module(compiledFile('record-scanner'))
  return new WebAssembly.Instance(compiled).exports as Exports
}

/** What a heap has of its columns before addresses become indexes. */
type GrowingColumns = Pick<HeapColumns, WordColumn | 'edges' | 'firstEdge' | 'flags' | 'memsizes' | 'types'>

/** How large a dump is, uncompressed, in bytes: about, and at most. Only memory depends on it. */
export type DumpSize = {readonly likely: number; readonly most: number}

export class HeapMemory {
  /** All of the memory, as bytes and as words. It may be in another place after each call. */
  bytes: Uint8Array = new Uint8Array(0)
  words: Int32Array = new Int32Array(0)
  readonly #exports = instantiate()
  /** Where texts are put that come from elsewhere, and for how many bytes there is room. */
  #textRoom = 0
  #textBytes = 0

  constructor() {
    this.#look()
  }

  get recordCount(): number {
    return this.#exports.recordCount.value
  }

  get edgeCount(): number {
    return this.#exports.edgeCount.value
  }

  get valueCount(): number {
    return this.#exports.valueCount.value
  }

  /** Whether the line at which `scan` stopped is one that it does not read. */
  get refused(): boolean {
    return this.#exports.refused.value !== 0
  }

  /** The pages that it has given numbers to, in that order. */
  get pages(): Int32Array {
    return this.#words('pages', this.#exports.pageCount.value)
  }

  /** The columns of all records so far. Good until the next call. */
  get columns(): GrowingColumns {
    const count = this.recordCount
    const {buffer} = this.bytes
    return {
      addresses: this.#words('addresses', count),
      classes: this.#words('classes', count),
      details: this.#words('details', count),
      edges: this.#words('edges', this.edgeCount),
      firstEdge: this.#words('firstEdge', count + 1),
      flags: new Uint8Array(buffer, this.#at('flags'), count),
      generations: this.#words('generations', count),
      memsizes: new Uint32Array(buffer, this.#at('memsizes'), count),
      shapes: this.#words('shapes', count),
      sites: this.#words('sites', count),
      sizes: this.#words('sizes', count),
      types: new Uint8Array(buffer, this.#at('types'), count),
    }
  }

  /** Hashes of the values by id, two words each; none if they are not kept. Good until the next call. */
  get valueHashes(): Int32Array {
    return this.#at('valueHashes') === 0 ? NOTHING : this.#words('valueHashes', this.valueCount * 2)
  }

  /** How many pages have a number. */
  get pageCount(): number {
    return this.#exports.pageCount.value
  }

  /** Whether any list of the batch has an entry. */
  get hasNews(): boolean {
    return this.#exports.hasNews() !== 0
  }

  /** One of the lists of what the batch brought; src/wasm/batch.ts says what each holds. */
  list(name: List): Int32Array {
    const {count, words} = LISTS[name]
    const entries = this.#exports[count].value
    return entries === 0 ? NOTHING : this.#words(name, entries * words).slice()
  }

  /** Where in `bytes` so many bytes of the dump can be put, and more be read after them. What is there already stays. */
  allocateInput(bytes: number): number {
    return this.#call(() => this.#exports.allocateInput(bytes) >>> 0)
  }

  /** Once, before all scanning. `keepsHashes`: those of values, 8 bytes each. */
  begin(alignmentBits: number, mostPages: number, {likely, most}: DumpSize, keepsHashes: boolean): void {
    const [bytes, likelyBytes] = [Math.min(most, MOST_RESERVED_FOR), Math.min(likely, MOST_RESERVED_FOR)]
    const valuesOf = (dumpBytes: number) => Math.max(1 << 13, Math.ceil(dumpBytes / BYTES_PER_VALUE))
    const [objects, edges] = [
      Math.max(1024, Math.ceil(bytes / BYTES_PER_OBJECT)),
      Math.max(1024, Math.ceil(bytes / BYTES_PER_EDGE)),
    ]
    const slots = Math.min(MOST_SLOTS, 2 ** Math.ceil(Math.log2(valuesOf(likelyBytes / 4) * 1.5)))
    this.#call(() => {
      // What comes after reading too. V8 takes each growth for a reason to collect garbage: 7 ms each.
      const scratch = wordsForGraph(likelyBytes / LIKELY_BYTES.object, likelyBytes / LIKELY_BYTES.edge) * 4
      const values = slots * BYTES_OF_SLOT + valuesOf(bytes) * (keepsHashes ? 12 : 4) + likelyBytes / LIKELY_BYTES.text
      this.#exports.prepare(Math.min(objects * BYTES_OF_OBJECT + edges * 4 + values + scratch, MOST_RESERVED_FOR))
      this.#exports.setAlignment(alignmentBits, mostPages)
      // Two thirds full at most. They are written to all over, columns only as far as they are used: so there are some for a quarter, and more if it must be.
      this.#exports.reserveSlots(slots)
      this.#exports.reserveColumns(objects, edges)
      this.#exports.reserveValues(valuesOf(bytes), keepsHashes)
    })
  }

  /** Gives a page the next number, if it has none. */
  pageNumber(page: number): number {
    return this.#call(() => this.#exports.pageNumber(page))
  }

  /** The id of the value `bytes[start, end)`: `valueCount`, as it was before, if it is new. */
  valueId(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#placeOf(bytes, start, end)
    return this.#call(() => this.#exports.valueIdOf(at, at + end - start))
  }

  /** A reference of the record that the next `addRecord` completes. */
  addReference(code: number): void {
    this.#call(() => this.#exports.addReference(code))
  }

  /** A record with the heap's ids: what src/wasm/columns.ts says. */
  addRecord(...record: Parameters<Exports['addKnown']>): void {
    this.#call(() => this.#exports.addKnown(...record))
  }

  /** Ids of the heap for keys of the scanner: of sites, and of texts that are names. */
  setSiteId(key: number, id: number): void {
    this.#call(() => this.#exports.setSiteId(key, id))
  }

  setNameId(key: number, id: number): void {
    this.#call(() => this.#exports.setNameId(key, id))
  }

  /** Puts ids in place of keys in what was scanned: the key of a name that needs one first, -1 when all is done. */
  translate(): number {
    return this.#exports.translate()
  }

  /** Keeps the text of a value, `bytes[start, end)`, cut to 1,000 bytes. Of statements that were met once, 32 MB at most. */
  keepText(
    id: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    what: 'keepName' | 'keepStatement' | 'keepText' = 'keepText',
  ): void {
    const keep = this.#exports[what]
    const at = this.#placeOf(bytes, start, end)
    this.#call(() => keep(id, at, end - start))
  }

  /** Where a text is in the memory, until the next one is. */
  #placeOf(bytes: Uint8Array, start: number, end: number): number {
    if (bytes.buffer === this.bytes.buffer) return bytes.byteOffset + start
    if (end - start > this.#textBytes) {
      this.#textBytes = 2 ** Math.ceil(Math.log2(Math.max(end - start, LEAST_TEXT_BYTES)))
      this.#textRoom = this.allocateInput(this.#textBytes)
    }

    this.bytes.set(bytes.subarray(start, end), this.#textRoom)
    return this.#textRoom
  }

  /** The bytes of a value's text, and whether it was cut; null if it is not kept. */
  textOf(id: number): {readonly bytes: Uint8Array; readonly cut: boolean} | null {
    const at = this.#exports.textOf(id) >>> 0
    if (at === 0) return null
    const header = this.bytes[at] | (this.bytes[at + 1] << 8)
    return {bytes: this.bytes.subarray(at + 2, at + 2 + (header & 0x7fff)), cut: (header & 0x8000) !== 0}
  }

  /** Scans lines as a new batch; returns where it stopped. */
  scan(start: number, end: number): number {
    return this.#call(() => this.#exports.scan(start, end) >>> 0)
  }

  /** What only reading needed, and as much more as the graph of the references may need, and `more` words: the memory grows for the last time. */
  takeScratch(more: number): Scratch {
    const nodes = this.recordCount + 1
    this.#exports.leaveValues()
    const places = this.#words('left', this.#exports.leftCount.value * 2).slice()
    const old: Array<readonly [start: number, words: number]> = []
    for (let at = 0; at < places.length; at += 2) old.push([(places[at] >>> 0) / 4, (places[at + 1] >>> 0) >>> 2])
    const missing = wordsForGraph(nodes, this.edgeCount, {more, pieces: old.map(([, words]) => words)})
    old.push([this.allocateInput(missing * 4) / 4, missing])
    return new Scratch(
      nodes + 1,
      this.#exports.memory,
      old.map(([start, words]) => this.words.subarray(start, start + words)),
    )
  }

  #at(name: Pointers): number {
    return this.#exports[name].value >>> 0
  }

  #words(name: Pointers, length: number): Int32Array {
    const start = this.#at(name) / 4
    return this.words.subarray(start, start + length)
  }

  #call<Result>(call: () => Result): Result {
    try {
      return call()
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError && error.message === 'unreachable') throw tooLarge(error)
      throw error
    } finally {
      this.#look()
    }
  }

  #look(): void {
    const {buffer} = this.#exports.memory
    if (this.bytes.buffer === buffer) return
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
  }
}

function tooLarge(cause: unknown): UserError {
  return new UserError('There is not enough memory for this dump.', {
    cause,
    code: 'dump_too_large',
    hint: 'Reading takes 50 to 100 bytes for each object of the dump, and 4 GiB at most. Try a machine with more memory, or a dump of a smaller process.',
  })
}
