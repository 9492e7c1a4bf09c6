// Records as Ruby prints them, from bytes to columns. WebAssembly scans them in batches (src/wasm); this class takes
// the new texts, sites and values, and maps the scanner's keys to the heap's ids. Below 1 ns per byte, while JSON.parse
// takes 15. Lines that are not exactly as Ruby prints them (damage, other spacing, an unknown type) are left to the
// line reader, which uses JSON.parse.
import type {HeapBuilder} from '../heap/heap-builder.js'
import type {HeapMemory} from '../heap/heap-memory.js'
import {NO_LINE} from '../heap/site-table.js'
import {OTHER, type TextTable} from '../heap/text-table.js'

/** Limit for texts with a key: more than all tables together store. */
const MOST_CHARACTERS = 1 << 28
/** No key, or no line. */
const NOTHING = -1

const decoder = new TextDecoder()

export class RecordScanner {
  /** Records scanned so far. */
  records = 0
  readonly #builder: HeapBuilder
  readonly #scanner: HeapMemory
  /** Texts by their keys. */
  readonly #texts: string[] = []
  #characters = 0
  /** Ids by keys. A text has a separate id in each table. */
  readonly #fileIds: number[] = []
  readonly #methodIds: number[] = []
  readonly #siteIds: number[] = []

  constructor(builder: HeapBuilder, scanner: HeapMemory) {
    this.#builder = builder
    this.#scanner = scanner
  }

  /**
   * Scans the lines in the scanner's memory at `[start, end)`. Returns `end`, or the start of a line that it cannot
   * read.
   */
  scan(start: number, end: number): number {
    const scanner = this.#scanner
    const {codes} = this.#builder
    if (scanner.pageCount < codes.pageCount)
      for (const page of codes.pages.subarray(scanner.pageCount)) scanner.pageNumber(page)
    for (let at = start; ;) {
      const first = scanner.recordCount
      at = scanner.scan(at, end)
      if (scanner.pageCount > codes.pageCount)
        for (const page of scanner.pages.subarray(codes.pageCount)) codes.addPage(page)
      if (scanner.hasNews) this.#takeNews()
      for (let key = scanner.translate(); key !== NOTHING; key = scanner.translate()) this.#nameText(key)
      this.records += scanner.recordCount - first
      if (at === end || scanner.refused) return at
    }
  }

  /** Kept separate, because few batches have anything new. */
  #takeNews(): void {
    this.#takeTexts()
    this.#takeSites()
    this.#takeValues()
    const superclasses = this.#scanner.list('superclasses')
    const slotSizes = this.#scanner.list('slotSizes')
    for (let at = 0; at < superclasses.length; at += 2)
      this.#builder.superclassOf(superclasses[at], superclasses[at + 1])
    for (let at = 0; at < slotSizes.length; at += 2) this.#builder.slotSizeOf(slotSizes[at], slotSizes[at + 1])
  }

  #nameText(key: number): void {
    this.#scanner.setNameId(key, this.#builder.texts.idOfText(this.#texts[key]))
  }

  // Addresses are unsigned: the memory may have more than 2 GiB.

  #takeTexts(): void {
    const {bytes} = this.#scanner
    const list = this.#scanner.list('newTexts')
    for (let at = 0; at < list.length; at += 2) {
      const text =
        this.#characters > MOST_CHARACTERS ? OTHER : decoder.decode(bytes.subarray(list[at] >>> 0, list[at + 1] >>> 0))
      this.#characters += text.length
      this.#texts.push(text)
    }
  }

  #takeSites(): void {
    const {sites} = this.#builder
    const added = this.#scanner.list('newSites')
    for (let at = 0; at < added.length; at += 2) {
      const line = added[at + 1]
      const id = sites.idOf(this.#textId(this.#fileIds, sites.files, added[at]), line === NOTHING ? NO_LINE : line)
      this.#scanner.setSiteId(this.#siteIds.push(id) - 1, id)
    }

    const methods = this.#scanner.list('siteMethods')
    for (let at = 0; at < methods.length; at += 2) {
      const site = this.#siteIds[methods[at]]
      if (sites.needsMethod(site)) sites.setMethod(site, this.#textId(this.#methodIds, sites.methods, methods[at + 1]))
    }
  }

  #takeValues(): void {
    const statements = this.#scanner.list('statements')
    for (let at = 0; at < statements.length; at += 3) {
      this.#builder.values.keepSql(
        statements[at],
        this.#scanner.bytes,
        statements[at + 1] >>> 0,
        statements[at + 2] >>> 0,
      )
    }
  }

  /** The id of a key's text in a table. */
  #textId(ids: number[], table: TextTable, key: number): number {
    // Fills up, so that the array has no holes.
    while (ids.length <= key) ids.push(NOTHING)
    return ids[key] === NOTHING ? (ids[key] = table.idOfText(this.#texts[key])) : ids[key]
  }
}
