// Which strings are equal, without keeping them: a value is its 64-bit hash, and its text is kept from the second time on (only
// what occurs twice is ever shown), cut to TEXT_LIMIT bytes. SQL is kept from the first time, up to SQL_BUDGET in all: a cache of
// statements is told by how its keys differ. 8 bytes a distinct value, plus the texts. Which hash has which id is known where dumps are
// read (HeapMemory), and forgotten after that.
import type {TextHash} from './text-hash.js'

const TEXT_LIMIT = 1000
/** Where a text is, plus one: what has none is never touched, and takes no memory. */
const NO_TEXT = 0
const BLOCK_BYTES = 1 << 20
const MOST_BLOCKS = 2047
const SQL_BUDGET = 1 << 25
/** Postgres's adapter puts the search path before the statement: `"$user", public-SELECT …`. */
export const SQL = /^(?:[\w"$, ]{0,80}-)?(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i

const decoder = new TextDecoder()

/** Where hashes get their ids, which count from 0 in the order in which they are first asked for. */
export type ValueIds = {
  readonly valueCount: number
  valueId(low: number, high: number): number
}

export class ValueTable {
  #ids: ValueIds | null
  /** Two words an id. */
  #hashes = new Int32Array(0)
  #textPlaces = new Int32Array(1 << 13)
  #sqlBytes = 0
  /** Blocks, not one array that grows: a page of memory that is written to anew costs more than all that is written to it. */
  readonly #blocks: Uint8Array[] = []
  #textsEnd = 0

  constructor(ids: ValueIds) {
    this.#ids = ids
  }

  get size(): number {
    return this.#ids?.valueCount ?? this.#hashes.length / 2
  }

  /** The value's id. `bytes[start, end)` is its text, read only on the first two occurrences. */
  add(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const {size} = this
    const id = this.#ids!.valueId(low, high)
    if (id === size) this.keepSql(id, bytes, start, end)
    else this.repeat(id, bytes, start, end)
    return id
  }

  /** Keeps the text of a value that was never met before, if it is SQL. */
  keepSql(id: number, bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, TEXT_LIMIT)
    if (this.#sqlBytes + length > SQL_BUDGET || !isSql(bytes, start, start + Math.min(length, 100))) return
    this.#sqlBytes += length
    this.#keep(id, bytes, start, end)
  }

  /** Takes a value once more. */
  repeat(id: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#place(id) === NO_TEXT) this.#keep(id, bytes, start, end)
  }

  /** Nothing is added any more. `hashes`: of all values, two words each. */
  seal(hashes: Int32Array): void {
    this.#ids = null
    this.#hashes = hashes as Int32Array<ArrayBuffer>
  }

  /** The value's hash, by which it is known in another heap too. Known when the dump is read. */
  hash(id: number): TextHash {
    return {high: this.#hashes[id * 2 + 1], low: this.#hashes[id * 2]}
  }

  /** The text of a value that was seen twice or more, or is SQL; null for the others. Ends with `…` where it was cut. */
  text(id: number): string | null {
    if (this.#place(id) === NO_TEXT) return null
    const place = this.#place(id) - 1
    const block = this.#blocks[Math.floor(place / BLOCK_BYTES)]
    const at = place % BLOCK_BYTES
    const header = block[at] | (block[at + 1] << 8)
    const text = decoder.decode(block.subarray(at + 2, at + 2 + (header & 0x7fff)))
    return header & 0x8000 ? `${text.replace(/\uFFFD+$/, '')}…` : text
  }

  #place(id: number): number {
    return id < this.#textPlaces.length ? this.#textPlaces[id] : NO_TEXT
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
    if (id >= this.#textPlaces.length) this.#textPlaces = grown(this.#textPlaces, Math.max(id + 1, this.#textPlaces.length * 2))
    this.#textPlaces[id] = this.#textsEnd + 1
    block[at] = header
    block[at + 1] = header >>> 8
    // A view for each text is more than copying a short one.
    if (length > 100) block.set(bytes.subarray(start, start + length), at + 2)
    else for (let byte = 0; byte < length; byte++) block[at + 2 + byte] = bytes[start + byte]
    this.#textsEnd += length + 2
  }
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

function grown(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length)
  next.set(column)
  return next
}
