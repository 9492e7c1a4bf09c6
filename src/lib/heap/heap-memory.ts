// An instance of the WebAssembly scanner (src/wasm): its memory with the growing columns of the heap, its functions,
// and the results of the last call.
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

/** No dump has fewer bytes per object, or per reference, on average. */
const BYTES_PER_OBJECT = 130
const BYTES_PER_EDGE = 60
/** Approximate bytes of a dump per distinct value; and per object, reference and byte of stored text. */
const BYTES_PER_VALUE = 400
const LIKELY_BYTES = {edge: 200, object: 300, text: 30}
/** For a larger dump, more memory is allocated as needed, up to 4 GiB. */
const MOST_RESERVED_FOR = 4e9
const LEAST_TEXT_BYTES = 1 << 16
/** Bytes of an object's columns, and of a slot in the table of values. */
const BYTES_OF_OBJECT = 38
const BYTES_OF_SLOT = 16
/** Maximum initial slots in the table of values. */
const MOST_SLOTS = 1 << 26

const NOTHING = new Int32Array(0)

let compiled: WebAssembly.Module | null = null

function instantiate(): Exports {
  compiled ??= new WebAssembly.Module(compiledFile('record-scanner'))
  return new WebAssembly.Instance(compiled).exports as Exports
}

/** The columns of a heap before addresses are converted to indexes. */
type GrowingColumns = Pick<HeapColumns, WordColumn | 'edges' | 'firstEdge' | 'flags' | 'memsizes' | 'types'>

/** The uncompressed size of a dump in bytes: estimated, and at most. Only memory allocation depends on it. */
export type DumpSize = {readonly likely: number; readonly most: number}

export class HeapMemory {
  /** The whole memory, as bytes and as words. Each call may move it. */
  bytes: Uint8Array = new Uint8Array(0)
  words: Int32Array = new Int32Array(0)
  readonly #exports = instantiate()
  /** The buffer for strings from elsewhere, and its size. */
  #textBuffer = 0
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

  /** Whether `scan` stopped at a line that it cannot read. */
  get refused(): boolean {
    return this.#exports.refused.value !== 0
  }

  /** The numbered pages, in order. */
  get pages(): Int32Array {
    return this.#words('pages', this.#exports.pageCount.value)
  }

  /** The columns of all records so far. Valid until the next call. */
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

  /** Hashes of the values by id, two words each; empty if they are not kept. Valid until the next call. */
  get valueHashes(): Int32Array {
    return this.#at('valueHashes') === 0 ? NOTHING : this.#words('valueHashes', this.valueCount * 2)
  }

  /** The number of numbered pages. */
  get pageCount(): number {
    return this.#exports.pageCount.value
  }

  /** Whether any list of the batch has an entry. */
  get hasNews(): boolean {
    return this.#exports.hasNews() !== 0
  }

  /** A list of new entries in the batch; described in src/wasm/batch.ts. */
  list(name: List): Int32Array {
    const {count, words} = LISTS[name]
    const entries = this.#exports[count].value
    return entries === 0 ? NOTHING : this.#words(name, entries * words).slice()
  }

  /** Allocates space in `bytes` for input, followed by more input. Existing data stays. */
  allocateInput(bytes: number): number {
    return this.#call(() => this.#exports.allocateInput(bytes) >>> 0)
  }

  /** Must be called once, before scanning. `keepsHashes`: keep the hashes of values, 8 bytes each. */
  begin(alignmentBits: number, mostPages: number, {likely, most}: DumpSize, keepsHashes: boolean): void {
    const [bytes, likelyBytes] = [Math.min(most, MOST_RESERVED_FOR), Math.min(likely, MOST_RESERVED_FOR)]
    const valuesOf = (dumpBytes: number) => Math.max(1 << 13, Math.ceil(dumpBytes / BYTES_PER_VALUE))
    const [objects, edges] = [
      Math.max(1024, Math.ceil(bytes / BYTES_PER_OBJECT)),
      Math.max(1024, Math.ceil(bytes / BYTES_PER_EDGE)),
    ]
    const slots = Math.min(MOST_SLOTS, 2 ** Math.ceil(Math.log2(valuesOf(likelyBytes / 4) * 1.5)))
    this.#call(() => {
      // Includes what is needed after reading: each growth of the memory makes V8 collect garbage, which takes 7 ms.
      const scratch = wordsForGraph(likelyBytes / LIKELY_BYTES.object, likelyBytes / LIKELY_BYTES.edge) * 4
      const values = slots * BYTES_OF_SLOT + valuesOf(bytes) * (keepsHashes ? 12 : 4) + likelyBytes / LIKELY_BYTES.text
      this.#exports.prepare(Math.min(objects * BYTES_OF_OBJECT + edges * 4 + values + scratch, MOST_RESERVED_FOR))
      this.#exports.setAlignment(alignmentBits, mostPages)
      // At most two thirds full. Slots are written all over, unlike columns, so they are allocated for a quarter of the
      // values at first.
      this.#exports.reserveSlots(slots)
      this.#exports.reserveColumns(objects, edges)
      this.#exports.reserveValues(valuesOf(bytes), keepsHashes)
    })
  }

  /** Gives a page the next number, if it has none. */
  pageNumber(page: number): number {
    return this.#call(() => this.#exports.pageNumber(page))
  }

  /** The id of the value `bytes[start, end)`; the previous `valueCount` if it is new. */
  valueId(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#placeOf(bytes, start, end)
    return this.#call(() => this.#exports.valueIdOf(at, at + end - start))
  }

  /** Adds a reference to the record that the next `addRecord` completes. */
  addReference(code: number): void {
    this.#call(() => this.#exports.addReference(code))
  }

  /** Adds a record with the heap's ids, as described in src/wasm/columns.ts. */
  addRecord(...record: Parameters<Exports['addKnown']>): void {
    this.#call(() => this.#exports.addKnown(...record))
  }

  /** Maps the scanner's keys of sites and names to the heap's ids. */
  setSiteId(key: number, id: number): void {
    this.#call(() => this.#exports.setSiteId(key, id))
  }

  setNameId(key: number, id: number): void {
    this.#call(() => this.#exports.setNameId(key, id))
  }

  /** Replaces keys by ids in the scanned records. Returns the key of a name that needs an id first, -1 when done. */
  translate(): number {
    return this.#exports.translate()
  }

  /**
   * Stores the text of a value, `bytes[start, end)`, cut to 1,000 bytes; at most 32 MB of statements that occurred
   * once.
   */
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

  /** The position of a text in the memory. Valid until the next call. */
  #placeOf(bytes: Uint8Array, start: number, end: number): number {
    if (bytes.buffer === this.bytes.buffer) return bytes.byteOffset + start
    if (end - start > this.#textBytes) {
      this.#textBytes = 2 ** Math.ceil(Math.log2(Math.max(end - start, LEAST_TEXT_BYTES)))
      this.#textBuffer = this.allocateInput(this.#textBytes)
    }

    this.bytes.set(bytes.subarray(start, end), this.#textBuffer)
    return this.#textBuffer
  }

  /** The bytes of a value's text, and whether it was cut; null if it is not stored. */
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

  /**
   * Memory that only reading needed, plus what the graph may need, plus `more` words. The memory grows for the last
   * time.
   */
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
  return new UserError('Not enough memory for this dump.', {
    cause,
    code: 'dump_too_large',
    hint: 'Reading takes 50 to 100 bytes per object in the dump, and at most 4 GiB. Use a machine with more memory, or dump a smaller process.',
  })
}
