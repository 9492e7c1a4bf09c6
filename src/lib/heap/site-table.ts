// Allocation sites (file and line) as small ids, with the method that was seen there first.
import {TextTable} from './text-table.js'

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

  get size(): number {
    return this.#fileIds.length
  }

  idOf(fileId: number, line: number): number {
    const place = fileId * 2 ** 32 + (line >>> 0)
    const known = this.#ids.get(place)
    if (known !== undefined) return known
    const id = this.#fileIds.length
    this.#ids.set(place, id)
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

  /** null where Ruby gave none. */
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
