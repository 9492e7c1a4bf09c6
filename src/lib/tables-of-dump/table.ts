// What a table about dumps is: columns with types and units, and rows in chunks, one typed array per column. A chunk is
// made when it is requested, so a table of any size takes little memory. What is done with the rows, a query or a
// Parquet file, is elsewhere.
import type {Subject} from '../analysis/objects/subject.js'
import type {TableName} from './table-names.js'

/** As in SQL, whichever engine. TIMESTAMP is UTC, in microseconds. */
export type ColumnType = 'BIGINT' | 'BOOLEAN' | 'DOUBLE' | 'INTEGER' | 'TIMESTAMP' | 'VARCHAR'

/** `share`: 0 to 1. null: a text, a flag, a time, or a number without a unit. */
export type Unit = 'address' | 'bytes' | 'bytes of text' | 'objects' | 'references' | 'seconds' | 'share' | null

export type Column = {
  readonly name: string
  readonly type: ColumnType
  readonly unit: Unit
  /** What it is, and what NULL means if it may be NULL. No full stop at the end. */
  readonly doc: string
}

/**
 * The values of a column in a chunk. BIGINT and TIMESTAMP: BigInt64Array. INTEGER: Int32Array. DOUBLE: Float64Array.
 * BOOLEAN: Uint8Array of 0 and 1. VARCHAR: an Int32Array of positions in the column's `texts` if there are any, else the
 * texts themselves. An entry without a value is 0 or ''.
 */
export type Values = {
  readonly values: BigInt64Array | Float64Array | Int32Array | Uint8Array | readonly string[]
  /** 1 for each row with a value, 0 for NULL; null: all rows have one. */
  readonly valid: Uint8Array | null
}

/** In the order of the table's columns. */
export type Chunk = {readonly rows: number; readonly columns: readonly Values[]}

export type TableRows = {
  /** By name, for each VARCHAR column with few texts: all of them, each once, known before the first chunk. */
  readonly texts: ReadonlyMap<string, readonly string[]>
  /** Can be iterated once. */
  readonly chunks: Iterable<Chunk>
}

/** What is known about a dump without reading it; null: unknown. */
export type KnownDump = {
  /** Distinct among the dumps that are queried or exported together. */
  readonly id: string
  /** 1 for the first of them. */
  readonly position: number
  readonly app: string | null
  readonly dyno: string | null
  readonly process: string | null
  readonly pid: number | null
  readonly release: string | null
  readonly ruby: string | null
  /** ISO 8601, UTC. */
  readonly createdAt: string | null
  readonly bootedAt: string | null
  /** Resident memory of the process, and the dyno's limit. */
  readonly memoryBytes: number | null
  readonly quotaBytes: number | null
  readonly redacted: boolean | null
}

export type RowOptions = {
  /** Fill `strings.text`. */
  readonly showValues: boolean
  /**
   * Fill `value_hash` with hashes of contents, which a heap from the cache does not have, and by which short contents can
   * be guessed. Otherwise it has numbers that say no more than which contents are equal in this dump.
   */
  readonly hashes: boolean
}

export type Table = {
  readonly name: TableName
  /** What a row is. */
  readonly doc: string
  readonly columns: readonly Column[]
  /** The rows of one dump. */
  rowsOf(subject: Subject, dump: KnownDump, options: RowOptions): TableRows
}

/** Large enough to cost little per chunk, and 5 MB at most. */
export const CHUNK_ROWS = 1 << 16
