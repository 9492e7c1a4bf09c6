// Which strings are equal, without keeping them: a value is its 64-bit hash, and its text is kept from the second time on (only
// what occurs twice is ever shown), cut to TEXT_LIMIT bytes. About 20 bytes a distinct value, plus the texts.
import {HashIndex} from './hash-index.js'

const TEXT_LIMIT = 1000
const NO_TEXT = -1

const decoder = new TextDecoder()

export class ValueTable {
  readonly #index = new HashIndex(1 << 14)
  #textStart = new Int32Array(1 << 14)
  #seen = 0
  #texts = new Uint8Array(1 << 16)
  #textsEnd = 0

  get size(): number {
    return this.#seen
  }

  /** The value's id. `bytes[start, end)` is its text, read only on the second occurrence. */
  add(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.#index.idOf(low, high)
    if (id === this.#seen) {
      if (id === this.#textStart.length) this.#textStart = grown(this.#textStart, id * 2)
      this.#textStart[id] = NO_TEXT
      this.#seen++
    } else if (this.#textStart[id] === NO_TEXT) {
      this.#keep(id, bytes, start, end)
    }

    return id
  }

  /** The text of a value that was seen twice or more; null for the others. Ends with `…` where it was cut. */
  text(id: number): string | null {
    let at = this.#textStart[id]
    if (at === NO_TEXT) return null
    const header = this.#texts[at++] | (this.#texts[at++] << 8)
    const text = decoder.decode(this.#texts.subarray(at, at + (header & 0x7fff)))
    return header & 0x8000 ? `${text.replace(/\uFFFD+$/, '')}…` : text
  }

  #keep(id: number, bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, TEXT_LIMIT)
    if (this.#textsEnd + length + 2 > this.#texts.length) this.#texts = grown(this.#texts, this.#texts.length * 2)
    const header = length | (length < end - start ? 0x8000 : 0)
    this.#textStart[id] = this.#textsEnd
    this.#texts[this.#textsEnd++] = header
    this.#texts[this.#textsEnd++] = header >>> 8
    this.#texts.set(bytes.subarray(start, start + length), this.#textsEnd)
    this.#textsEnd += length
  }
}

function grown<Column extends Int32Array | Uint8Array>(column: Column, length: number): Column {
  const next = new (column.constructor as new (length: number) => Column)(length)
  next.set(column)
  return next
}
