// Allocation sites (file and line) as small ids, with the first method seen there.
import {MOST_TEXTS, OTHER, TextTable} from './text-table.js'

/** The id of an object that was not traced. */
export const NO_SITE = -1
/** A site without a line number: allocated by native code. */
export const NO_LINE = -1

export class SiteTable {
  readonly files = new TextTable()
  readonly methods = new TextTable()
  readonly #ids = new Map<number, number>()
  readonly #fileIds: number[] = []
  readonly #lines: number[] = []
  readonly #methodIds: number[] = []
  /** The site that stands for all beyond the limit. */
  #other: number | null = null
  #isFull = false

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
