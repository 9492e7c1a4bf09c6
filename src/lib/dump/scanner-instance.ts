// An instance of the WebAssembly scanner (src/wasm): its memory, its calls, and the batch that the last one left.
import {readFileSync} from 'node:fs'

type Column = 'addresses' | 'classes' | 'details' | 'edgeEnds' | 'generations' | 'shapes' | 'sites' | 'sizes'
type List = 'newSites' | 'newTexts' | 'newValues' | 'repeatedValues' | 'siteMethods' | 'slotSizes' | 'superclasses'
type Pointers = Column | List | 'edges' | 'flags' | 'memsizes' | 'pages' | 'types'
type Counts = 'edgeCount' | 'newSiteCount' | 'newTextCount' | 'newValueCount' | 'pageCount' | 'recordCount' | 'repeatedValueCount' | 'siteMethodCount'
  | 'slotSizeCount' | 'superclassCount'

type Exports = Readonly<Record<Pointers | Counts | 'refused', WebAssembly.Global>> & {
  readonly memory: WebAssembly.Memory
  allocateInput(bytes: number): number
  pageNumber(page: number): number
  reserveValues(capacity: number): void
  scan(start: number, end: number): number
  setAlignment(bits: number, mostPages: number): void
  valueIdOf(low: number, high: number): number
}

const LISTS = {
  newSites: {count: 'newSiteCount', words: 2},
  newTexts: {count: 'newTextCount', words: 2},
  newValues: {count: 'newValueCount', words: 4},
  repeatedValues: {count: 'repeatedValueCount', words: 3},
  siteMethods: {count: 'siteMethodCount', words: 2},
  slotSizes: {count: 'slotSizeCount', words: 2},
  superclasses: {count: 'superclassCount', words: 2},
} as const satisfies Readonly<Record<List, {count: Counts; words: number}>>

let compiled: WebAssembly.Module | null = null

function instantiate(): Exports {
  // One file for the sources and for what is built of them.
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../../../dist/record-scanner.wasm', import.meta.url)))
  return new WebAssembly.Instance(compiled).exports as Exports
}

export class ScannerInstance {
  /** All of its memory, as bytes and as words. It may be in another place after each call. */
  bytes: Uint8Array = new Uint8Array(0)
  words: Int32Array = new Int32Array(0)
  readonly #exports = instantiate()

  constructor() {
    this.#look()
  }

  get recordCount(): number {
    return this.#exports.recordCount.value
  }

  /** Whether the line at which `scan` stopped is one that it does not read. */
  get refused(): boolean {
    return this.#exports.refused.value !== 0
  }

  /** The pages that it has given numbers to, in that order. */
  get pages(): Int32Array {
    return this.#list('pages', this.#exports.pageCount.value)
  }

  /** A column of the batch; src/wasm/batch.ts says what each holds. Good until the next call. */
  column(name: Column): Int32Array {
    return this.#list(name, this.recordCount)
  }

  byteColumn(name: 'flags' | 'types'): Uint8Array {
    const start = this.#exports[name].value
    return this.bytes.subarray(start, start + this.recordCount)
  }

  get memsizes(): Uint32Array {
    return new Uint32Array(this.bytes.buffer, this.#exports.memsizes.value, this.recordCount)
  }

  get edges(): Int32Array {
    return this.#list('edges', this.#exports.edgeCount.value)
  }

  /** One of the lists of what the batch brought. */
  list(name: List): Int32Array {
    const {count, words} = LISTS[name]
    return this.#list(name, this.#exports[count].value * words)
  }

  /** Where in `bytes` so many bytes of the dump can be put, and more be read after them. What is there already stays. */
  allocateInput(bytes: number): number {
    const start = this.#exports.allocateInput(bytes) >>> 0
    this.#look()
    return start
  }

  /** Once, before all scanning. `mostValues`: about how many different values there will be. */
  begin(alignmentBits: number, mostPages: number, mostValues: number): void {
    this.#exports.setAlignment(alignmentBits, mostPages)
    // Two thirds full at most, and at first no more than a quarter of what WebAssembly can have.
    this.#exports.reserveValues(2 ** Math.min(26, Math.ceil(Math.log2(Math.max(1 << 14, mostValues * 1.5)))))
    this.#look()
  }

  /** Gives a page the next number, if it has none. */
  pageNumber(page: number): number {
    const number = this.#exports.pageNumber(page)
    this.#look()
    return number
  }

  /** The id of a value's hash; one that no value has yet if it is new. */
  valueId(low: number, high: number): number {
    const id = this.#exports.valueIdOf(low, high)
    this.#look()
    return id
  }

  /** Scans lines into a new batch; returns where it stopped. */
  scan(start: number, end: number): number {
    const stop = this.#exports.scan(start, end) >>> 0
    this.#look()
    return stop
  }

  #list(name: Pointers, words: number): Int32Array {
    const start = this.#exports[name].value >>> 2
    return this.words.subarray(start, start + words)
  }

  #look(): void {
    const {buffer} = this.#exports.memory
    if (this.bytes.buffer === buffer) return
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
  }
}
