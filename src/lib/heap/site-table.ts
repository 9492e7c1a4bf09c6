// Allocation sites (file and line) as small ids, with the method that was seen there first.
import {HashIndex} from './hash-index.js'
import {TextTable} from './text-table.js'

/** The id of an object that was not traced. */
export const NO_SITE = -1
/** A site without a line number: allocated by native code. */
export const NO_LINE = -1

export class SiteTable {
  readonly files = new TextTable()
  readonly methods = new TextTable()
  readonly #index = new HashIndex(1024)
  readonly #fileIds: number[] = []
  readonly #lines: number[] = []
  readonly #methodIds: number[] = []

  get size(): number {
    return this.#fileIds.length
  }

  idOf(fileId: number, line: number): number {
    const id = this.#index.idOf((Math.imul(fileId, 0x9e3779b1) ^ line) | 0, line)
    if (id === this.#fileIds.length) {
      this.#fileIds.push(fileId)
      this.#lines.push(line)
      this.#methodIds.push(-1)
    }

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
