// Records as Ruby prints them, from bytes to columns: WebAssembly reads them into batches (src/wasm), this adds these to the heap. Below
// 1 ns a byte, where JSON.parse takes 15. Whatever is not exactly as Ruby prints it (damage, another spacing, a type of its own) is
// left to the line reader, which asks JSON.parse.
import type {HeapBuilder} from '../heap/heap-builder.js'
import {NO_LINE, NO_SITE} from '../heap/site-table.js'
import type {TextTable} from '../heap/text-table.js'
import type {ScannerInstance} from './scanner-instance.js'

const NOTHING = -1
/** Of details: -2 is the text with key 0, -3 that with key 1. */
const FIRST_TEXT = -2

const decoder = new TextDecoder()

export class RecordScanner {
  /** Records scanned so far. */
  records = 0
  readonly #builder: HeapBuilder
  readonly #scanner: ScannerInstance
  /** Texts by their keys. */
  readonly #texts: string[] = []
  /** Ids by keys. Texts have one in each table that they were asked for. */
  readonly #nameIds: number[] = []
  readonly #fileIds: number[] = []
  readonly #methodIds: number[] = []
  #siteIds = new Int32Array(1024)
  #siteCount = 0

  constructor(builder: HeapBuilder, scanner: ScannerInstance) {
    this.#builder = builder
    this.#scanner = scanner
  }

  /** Scans the lines in the scanner's memory at `[start, end)`. Returns `end`, or where a line begins that it refuses. */
  scan(start: number, end: number): number {
    const {pages} = this.#builder.codes
    for (let number = this.#scanner.pages.length; number < pages.length; number++) this.#scanner.pageNumber(pages[number])
    for (let at = start; ; ) {
      at = this.#scanner.scan(at, end)
      this.#takePages()
      this.#takeTexts()
      this.#takeSites()
      this.#takeValues()
      this.#takeRecords()
      if (at === end || this.#scanner.refused) return at
    }
  }

  #takePages(): void {
    const {codes} = this.#builder
    const {pages} = this.#scanner
    for (let number = codes.pageCount; number < pages.length; number++) codes.addPage(pages[number])
  }

  // Places in memory are unsigned: it may be more than 2 GiB.

  #takeTexts(): void {
    const {bytes} = this.#scanner
    const list = this.#scanner.list('newTexts')
    for (let at = 0; at < list.length; at += 2) this.#texts.push(decoder.decode(bytes.subarray(list[at] >>> 0, list[at + 1] >>> 0)))
  }

  #takeSites(): void {
    const {sites} = this.#builder
    const added = this.#scanner.list('newSites')
    for (let at = 0; at < added.length; at += 2) {
      const line = added[at + 1]
      if (this.#siteCount === this.#siteIds.length) {
        const siteIds = new Int32Array(this.#siteCount * 2)
        siteIds.set(this.#siteIds)
        this.#siteIds = siteIds
      }

      this.#siteIds[this.#siteCount++] = sites.idOf(this.#textId(this.#fileIds, sites.files, added[at]), line === NOTHING ? NO_LINE : line)
    }

    const methods = this.#scanner.list('siteMethods')
    for (let at = 0; at < methods.length; at += 2) {
      const site = this.#siteIds[methods[at]]
      if (sites.needsMethod(site)) sites.setMethod(site, this.#textId(this.#methodIds, sites.methods, methods[at + 1]))
    }
  }

  #takeValues(): void {
    const {values} = this.#builder
    const {bytes} = this.#scanner
    const added = this.#scanner.list('newValues')
    for (let at = 0; at < added.length; at += 4) values.learn(added[at], added[at + 1], bytes, added[at + 2] >>> 0, added[at + 3] >>> 0)
    const repeated = this.#scanner.list('repeatedValues')
    for (let at = 0; at < repeated.length; at += 3) values.repeat(repeated[at], bytes, repeated[at + 1] >>> 0, repeated[at + 2] >>> 0)
  }

  #takeRecords(): void {
    const scanner = this.#scanner
    const builder = this.#builder
    const sites = scanner.column('sites')
    for (let at = 0; at < sites.length; at++) sites[at] = sites[at] === NOTHING ? NO_SITE : this.#siteIds[sites[at]]
    const details = scanner.column('details')
    for (let at = 0; at < details.length; at++) {
      if (details[at] <= FIRST_TEXT) details[at] = this.#textId(this.#nameIds, builder.texts, FIRST_TEXT - details[at])
    }

    const superclasses = scanner.list('superclasses')
    for (let at = 0; at < superclasses.length; at += 2) builder.superclassOf(builder.count + superclasses[at], superclasses[at + 1])
    const slotSizes = scanner.list('slotSizes')
    for (let at = 0; at < slotSizes.length; at += 2) builder.slotSizeOf(slotSizes[at], slotSizes[at + 1])
    builder.addAll({
      addresses: scanner.column('addresses'),
      classes: scanner.column('classes'),
      details,
      edgeEnds: scanner.column('edgeEnds'),
      edges: scanner.edges,
      flags: scanner.byteColumn('flags'),
      generations: scanner.column('generations'),
      memsizes: scanner.memsizes,
      shapes: scanner.column('shapes'),
      sites,
      sizes: scanner.column('sizes'),
      types: scanner.byteColumn('types'),
    })
    this.records += scanner.recordCount
  }

  /** The id that a table gives to the text of a key. */
  #textId(ids: number[], table: TextTable, key: number): number {
    // Without holes.
    while (ids.length <= key) ids.push(NOTHING)
    return ids[key] === NOTHING ? (ids[key] = table.idOfText(this.#texts[key])) : ids[key]
  }
}
