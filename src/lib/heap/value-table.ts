// Which strings are equal, without keeping them: a value is its 64-bit hash, and its text is kept from the second time on (only
// what occurs twice is ever shown), cut to TEXT_LIMIT bytes. SQL is kept from the first time, up to SQL_BUDGET in all: a cache of
// statements is told by how its keys differ. 12 bytes a distinct value, plus the texts. Which hash has which id is known where dumps are
// read, and forgotten after that.
import type {TextHash} from './text-hash.js'

const TEXT_LIMIT = 1000
const NO_TEXT = -1
const QUOTE = 0x22
const SQL_BUDGET = 1 << 25
/** Postgres's adapter puts the search path before the statement: `"$user", public-SELECT …`. */
export const SQL = /^(?:[\w"$, ]{0,80}-)?(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i
/** Four lower-case letters as a word. */
const word = (text: string) => text.charCodeAt(0) | (text.charCodeAt(1) << 8) | (text.charCodeAt(2) << 16) | (text.charCodeAt(3) << 24)
const STARTS = new Set(['sele', 'inse', 'upda', 'dele', 'with', 'publ'].map(word))

const decoder = new TextDecoder()

/** The id of a hash. Ids count from 0 in the order in which hashes are first asked for, here or by who adds values otherwise. */
export type IdOfValue = (low: number, high: number) => number

export class ValueTable {
  #idOf: IdOfValue | null
  #low: Int32Array
  #high: Int32Array
  #textStart: Int32Array
  #size = 0
  #sqlBytes = 0
  #texts = new Uint8Array(1 << 16)
  #textsEnd = 0

  /** `capacity`: about how many values there will be; only time depends on it. */
  constructor(idOf: IdOfValue, capacity: number) {
    this.#idOf = idOf
    this.#low = new Int32Array(capacity)
    this.#high = new Int32Array(capacity)
    this.#textStart = new Int32Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** The value's id. `bytes[start, end)` is its text, read only on the first two occurrences. */
  add(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.#idOf!(low, high)
    if (id === this.#size) this.learn(low, high, bytes, start, end)
    else this.repeat(id, bytes, start, end)
    return id
  }

  /** Takes a value that was never met before; its id is what `size` was. */
  learn(low: number, high: number, bytes: Uint8Array, start: number, end: number): void {
    const id = this.#size++
    if (id === this.#low.length) this.#grow()
    this.#low[id] = low
    this.#high[id] = high
    this.#textStart[id] = NO_TEXT
    if (end - start >= 12 && mayBeSql(bytes, start)) this.#keepSql(id, bytes, start, end)
  }

  /** Takes a value once more. */
  repeat(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#textStart[id] === NO_TEXT) this.#keep(id, bytes, start, end)
  }

  /** Nothing is added any more. */
  seal(): void {
    this.#idOf = null
  }

  /** The value's hash, by which it is known in another heap too. */
  hash(id: number): TextHash {
    return {high: this.#high[id], low: this.#low[id]}
  }

  /** The text of a value that was seen twice or more, or is SQL; null for the others. Ends with `…` where it was cut. */
  text(id: number): string | null {
    let at = this.#textStart[id]
    if (at === NO_TEXT) return null
    const header = this.#texts[at++] | (this.#texts[at++] << 8)
    const text = decoder.decode(this.#texts.subarray(at, at + (header & 0x7fff)))
    return header & 0x8000 ? `${text.replace(/\uFFFD+$/, '')}…` : text
  }

  #grow(): void {
    this.#low = grown(this.#low, this.#size * 2)
    this.#high = grown(this.#high, this.#size * 2)
    this.#textStart = grown(this.#textStart, this.#size * 2)
  }

  #keepSql(id: number, bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, TEXT_LIMIT)
    if (this.#sqlBytes + length > SQL_BUDGET || !SQL.test(decoder.decode(bytes.subarray(start, start + Math.min(length, 100))))) return
    this.#sqlBytes += length
    this.#keep(id, bytes, start, end)
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

/** Spares all but a few texts the regular expression. */
function mayBeSql(bytes: Uint8Array, start: number): boolean {
  const first = bytes[start]
  if (first === QUOTE) return true
  // Without the case bit: s, i, u, d, w, p.
  const letter = first | 0x20
  if (letter !== 0x73 && letter !== 0x69 && letter !== 0x75 && letter !== 0x64 && letter !== 0x77 && letter !== 0x70) return false
  return STARTS.has((first | (bytes[start + 1] << 8) | (bytes[start + 2] << 16) | (bytes[start + 3] << 24)) | 0x20202020)
}

function grown<Column extends Int32Array | Uint8Array>(column: Column, length: number): Column {
  const next = new (column.constructor as new (length: number) => Column)(length)
  next.set(column)
  return next
}
