// Which strings are equal, without keeping them: a value is its 64-bit hash, and its text is kept from the second time on (only
// what occurs twice is ever shown), cut to 1,000 bytes. SQL is kept from the first time, up to 32 MB in all: a cache of
// statements is told by how its keys differ; so are short texts that are frozen and no literals, up to 1 MB: names of
// threads. 8 bytes a distinct value, plus the texts. Which hash has which id is known where dumps are
// read (HeapMemory), and forgotten after that.
import type {Hash} from './hash-index.js'

/** Postgres's adapter puts the search path before the statement: `"$user", public-SELECT …`. */
export const SQL = /^(?:[\w"$, ]{0,80}-)?(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i

/** As the scanner has it. */
const MOST_NAME_BYTES = 40

const decoder = new TextDecoder()

/** Where hashes get their ids, which count from 0 in the order in which they are first asked for, and texts are kept by them (HeapMemory). */
export type ValueMemory = {
  readonly valueCount: number
  /** Two words an id. */
  readonly valueHashes: Int32Array
  valueId(bytes: Uint8Array, start: number, end: number): number
  keepText(
    id: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    what?: 'keepName' | 'keepStatement' | 'keepText',
  ): void
  textOf(id: number): {readonly bytes: Uint8Array; readonly cut: boolean} | null
}

export class ValueTable {
  readonly #memory: ValueMemory
  #size = 0
  #hashes: Int32Array = new Int32Array(0)

  constructor(memory: ValueMemory) {
    this.#memory = memory
  }

  /** How many there are. Known when the dump is read, as are hashes. */
  get size(): number {
    return this.#size
  }

  /** The id of the value whose text is `bytes[start, end)`. `mayBeName`: of a String that is frozen and no literal. */
  add(bytes: Uint8Array, start: number, end: number, mayBeName = false): number {
    const {valueCount} = this.#memory
    const id = this.#memory.valueId(bytes, start, end)
    if (id === valueCount) {
      if (mayBeName && end - start <= MOST_NAME_BYTES) this.#memory.keepText(id, bytes, start, end, 'keepName')
      this.keepSql(id, bytes, start, end)
    } else this.#memory.keepText(id, bytes, start, end)
    return id
  }

  /** Keeps the text of a value that was never met before, if it is SQL. */
  keepSql(id: number, bytes: Uint8Array, start: number, end: number): void {
    // As the scanner does.
    if (end - start >= 12 && SQL.test(decoder.decode(bytes.subarray(start, Math.min(end, start + 100)))))
      this.#memory.keepText(id, bytes, start, end, 'keepStatement')
  }

  /** Nothing is added any more, nor to what else is in the memory. */
  seal(): void {
    this.#size = this.#memory.valueCount
    this.#hashes = this.#memory.valueHashes
  }

  /** The value's hash, by which it is known in another heap too; only of a dump that was read with them. */
  hash(id: number): Hash {
    if (this.#hashes.length === 0) throw new Error('The dump was read without hashes.')
    return {high: this.#hashes[id * 2 + 1], low: this.#hashes[id * 2]}
  }

  /** The text of a value that was seen twice or more, or is SQL; null for the others. Ends with `…` where it was cut. */
  text(id: number): string | null {
    const kept = this.#memory.textOf(id)
    if (kept === null) return null
    const text = decoder.decode(kept.bytes)
    return kept.cut ? `${text.replace(/\uFFFD+$/, '')}…` : text
  }
}
