// Which strings are equal, without keeping them: a value is its 64-bit hash, and its text is kept from the second time on (only
// what occurs twice is ever shown), cut to TEXT_LIMIT bytes. SQL is kept from the first time, up to SQL_BUDGET in all: a cache of
// statements is told by how its keys differ. 12 bytes a distinct value, plus the texts. Which hash has which id is known where dumps are
// read, and forgotten after that.
import type {TextHash} from './text-hash.js'

const TEXT_LIMIT = 1000
const NO_TEXT = -1
const BLOCK_BYTES = 1 << 20
const MOST_BLOCKS = 2047
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
  /** Blocks, not one array that grows: a page of memory that is written to anew costs more than all that is written to it. */
  readonly #blocks: Uint8Array[] = []
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
    const place = this.#textStart[id]
    if (place === NO_TEXT) return null
    const block = this.#blocks[Math.floor(place / BLOCK_BYTES)]
    const at = place % BLOCK_BYTES
    const header = block[at] | (block[at + 1] << 8)
    const text = decoder.decode(block.subarray(at + 2, at + 2 + (header & 0x7fff)))
    return header & 0x8000 ? `${text.replace(/\uFFFD+$/, '')}…` : text
  }

  #grow(): void {
    this.#low = grown(this.#low, this.#size * 2)
    this.#high = grown(this.#high, this.#size * 2)
    this.#textStart = grown(this.#textStart, this.#size * 2)
  }

  #keepSql(id: number, bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, TEXT_LIMIT)
    if (this.#sqlBytes + length > SQL_BUDGET || !isSql(bytes, start, start + Math.min(length, 100))) return
    this.#sqlBytes += length
    this.#keep(id, bytes, start, end)
  }

  #keep(id: number, bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, TEXT_LIMIT)
    // Texts lie in one block each. 2 GiB of them are enough.
    const left = this.#blocks.length * BLOCK_BYTES - this.#textsEnd
    if (left < length + 2) {
      if (this.#blocks.length === MOST_BLOCKS) return
      this.#textsEnd += left
      this.#blocks.push(new Uint8Array(BLOCK_BYTES))
    }

    const block = this.#blocks[this.#blocks.length - 1]
    const at = this.#textsEnd % BLOCK_BYTES
    const header = length | (length < end - start ? 0x8000 : 0)
    this.#textStart[id] = this.#textsEnd
    block[at] = header
    block[at + 1] = header >>> 8
    block.set(bytes.subarray(start, start + length), at + 2)
    this.#textsEnd += length + 2
  }
}

/** Spares all but a few texts a closer look. */
function mayBeSql(bytes: Uint8Array, start: number): boolean {
  const first = bytes[start]
  if (first === QUOTE) return true
  // Without the case bit: s, i, u, d, w, p.
  const letter = first | 0x20
  if (letter !== 0x73 && letter !== 0x69 && letter !== 0x75 && letter !== 0x64 && letter !== 0x77 && letter !== 0x70) return false
  return STARTS.has((first | (bytes[start + 1] << 8) | (bytes[start + 2] << 16) | (bytes[start + 3] << 24)) | 0x20202020)
}

/** What SQL says, without a string for nearly all that is. */
function isSql(bytes: Uint8Array, start: number, end: number): boolean {
  if ((bytes[start] | 0x20) === 0x73 && bytes[start + 6] === 0x20 && startsWith(bytes, start, 'select')) return true
  return SQL.test(decoder.decode(bytes.subarray(start, end)))
}

/** `letters` in lower case; the text in either. */
function startsWith(bytes: Uint8Array, start: number, letters: string): boolean {
  for (let at = 0; at < letters.length; at++) if ((bytes[start + at] | 0x20) !== letters.charCodeAt(at)) return false
  return true
}

function grown(column: Int32Array, length: number): Int32Array {
  const next = new Int32Array(length)
  next.set(column)
  return next
}
