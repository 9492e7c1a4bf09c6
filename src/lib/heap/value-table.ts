// Finds equal strings without storing them all: a value is represented by its 64-bit hash, and its text is stored only
// when it occurs again (only values that occur twice are ever shown), cut to 1,000 bytes. SQL is stored at its first
// occurrence, up to 32 MB in total, because a statement cache is recognized by how its keys differ. So are short frozen
// strings other than literals, up to 1 MB: names of threads. 8 bytes per distinct value, plus the texts. The mapping
// from hashes to ids exists only while a dump is read (HeapMemory).
import type {Hash} from './hash-index.js'

/** The Postgres adapter puts the search path before the statement: `"$user", public-SELECT …`. */
export const SQL = /^(?:[\w"$, ]{0,80}-)?(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i

/** A search path of 80 characters, and the first word. */
const MOST_BEFORE_SQL = 100
/** The same limit as in the scanner. */
const MOST_NAME_BYTES = 40

const decoder = new TextDecoder()

/** Assigns ids to hashes, from 0 in order of first use, and stores texts by id (HeapMemory). */
export type ValueMemory = {
  readonly valueCount: number
  /** Two words per id. */
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

/** What the values of a heap are after reading. */
export type Values = {
  readonly size: number
  /** The text of a value; null if it is not stored. */
  text(id: number): string | null
  /** Whether its text is stored, and SQL. */
  isSql(id: number): boolean
  /** See ValueTable. */
  hash(id: number): Hash
}

export class ValueTable implements Values {
  readonly #memory: ValueMemory
  #size = 0
  #hashes: Int32Array = new Int32Array(0)

  constructor(memory: ValueMemory) {
    this.#memory = memory
  }

  /** The number of values. Known once the dump has been read, as are hashes. */
  get size(): number {
    return this.#size
  }

  /** The id of the value `bytes[start, end)`. `mayBeName`: it is a frozen String other than a literal. */
  add(bytes: Uint8Array, start: number, end: number, mayBeName = false): number {
    const {valueCount} = this.#memory
    const id = this.#memory.valueId(bytes, start, end)
    if (id === valueCount) {
      if (mayBeName && end - start <= MOST_NAME_BYTES) this.#memory.keepText(id, bytes, start, end, 'keepName')
      this.keepSql(id, bytes, start, end)
    } else this.#memory.keepText(id, bytes, start, end)
    return id
  }

  /** Stores the text of a new value if it is SQL. */
  keepSql(id: number, bytes: Uint8Array, start: number, end: number): void {
    // The same condition as in the scanner.
    if (end - start >= 12 && SQL.test(decoder.decode(bytes.subarray(start, Math.min(end, start + MOST_BEFORE_SQL)))))
      this.#memory.keepText(id, bytes, start, end, 'keepStatement')
  }

  /** Ends the adding of values, and of anything else in the memory. */
  seal(): void {
    this.#size = this.#memory.valueCount
    this.#hashes = this.#memory.valueHashes
  }

  /** The hash of a value, which identifies it in another heap; only if the dump was read with hashes. */
  hash(id: number): Hash {
    if (this.#hashes.length === 0) throw new Error('The dump was read without hashes.')
    return {high: this.#hashes[id * 2 + 1], low: this.#hashes[id * 2]}
  }

  /** The text of a value that occurred at least twice, or is SQL; null for others. Ends with `…` if it was cut. */
  text(id: number): string | null {
    const kept = this.#memory.textOf(id)
    if (kept === null) return null
    const text = decoder.decode(kept.bytes)
    return kept.cut ? `${text.replace(/\uFFFD+$/, '')}…` : text
  }

  isSql(id: number): boolean {
    const kept = this.#memory.textOf(id)
    return kept !== null && SQL.test(decoder.decode(kept.bytes.subarray(0, MOST_BEFORE_SQL)))
  }
}

/** The values of a heap from the cache, which has no string contents: only the texts that it was given. */
export class KeptValues implements Values {
  readonly #names: ReadonlyMap<number, string>
  readonly #sql: ReadonlySet<number>

  /** `names`: texts that are not secret, by id. `sql`: ids of values that are SQL. */
  constructor(
    readonly size: number,
    names: Iterable<readonly [number, string]>,
    sql: Iterable<number>,
  ) {
    this.#names = new Map(names)
    this.#sql = new Set(sql)
  }

  text(id: number): string | null {
    return this.#names.get(id) ?? null
  }

  isSql(id: number): boolean {
    return this.#sql.has(id)
  }

  hash(): never {
    throw new Error('A heap from the cache has no hashes.')
  }
}
