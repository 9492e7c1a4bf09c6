// Allocation sites (file and line) as small ids, with the first method seen there.
import {MOST_TEXTS, OTHER, TextTable} from './text-table.js'

/** The id of an object that was not traced. */
export const NO_SITE = -1
/** A site without a line number: allocated by native code. */
export const NO_LINE = -1

/** A table as plain texts and columns by id. */
export type SiteColumns = {
  readonly files: readonly string[]
  readonly methods: readonly string[]
  readonly fileIds: Int32Array
  /** NO_LINE if Ruby gave none. */
  readonly lines: Int32Array
  /** -1 for none. */
  readonly methodIds: Int32Array
}

export class SiteTable {
  readonly files: TextTable
  readonly methods: TextTable
  readonly #ids = new Map<number, number>()
  readonly #fileIds: number[] = []
  readonly #lines: number[] = []
  readonly #methodIds: number[] = []
  /** The site that stands for all beyond the limit. */
  #other: number | null = null
  #isFull = false

  constructor(files = new TextTable(), methods = new TextTable()) {
    this.files = files
    this.methods = methods
  }

  /** Restores a table from its `columns`, for look-ups only. */
  static of({files, methods, fileIds, lines, methodIds}: SiteColumns): SiteTable {
    const table = new SiteTable(TextTable.of(files), TextTable.of(methods))
    for (let id = 0; id < fileIds.length; id++) {
      table.#fileIds.push(fileIds[id])
      table.#lines.push(lines[id])
      table.#methodIds.push(methodIds[id])
    }

    return table
  }

  get columns(): SiteColumns {
    return {
      fileIds: Int32Array.from(this.#fileIds),
      files: this.files.all,
      lines: Int32Array.from(this.#lines),
      methodIds: Int32Array.from(this.#methodIds),
      methods: this.methods.all,
    }
  }

  get size(): number {
    return this.#fileIds.length
  }

  /** Whether the limit of sites, paths or methods was reached. */
  get isFull(): boolean {
    return this.#isFull || this.files.isFull || this.methods.isFull
  }

  idOf(fileId: number, line: number): number {
    const known = this.#ids.get(placeOf(fileId, line))
    if (known !== undefined) return known
    if (this.#fileIds.length >= MOST_TEXTS) {
      this.#isFull = true
      const other = this.files.idOfText(OTHER)
      return (this.#other ??= this.#ids.get(placeOf(other, NO_LINE)) ?? this.#add(other, NO_LINE))
    }

    return this.#add(fileId, line)
  }

  #add(fileId: number, line: number): number {
    const id = this.#fileIds.length
    this.#ids.set(placeOf(fileId, line), id)
    this.#fileIds.push(fileId)
    this.#lines.push(line)
    this.#methodIds.push(-1)
    return id
  }

  fileId(id: number): number {
    return this.#fileIds[id]
  }

  file(id: number): string {
    return this.files.text(this.#fileIds[id])
  }

  /** null if Ruby gave none. */
  line(id: number): number | null {
    return this.#lines[id] === NO_LINE ? null : this.#lines[id]
  }

  method(id: number): string | null {
    return this.#methodIds[id] === -1 ? null : this.methods.text(this.#methodIds[id])
  }

  /** Position in `methods`; -1 for none. */
  methodId(id: number): number {
    return this.#methodIds[id]
  }

  needsMethod(id: number): boolean {
    return this.#methodIds[id] === -1
  }

  setMethod(id: number, methodId: number): void {
    this.#methodIds[id] = methodId
  }
}

function placeOf(fileId: number, line: number): number {
  return fileId * 2 ** 32 + (line >>> 0)
}
