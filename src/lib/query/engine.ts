// What answers SQL: a database in memory with the tables about dumps. Nothing is written, and nothing but the tables is
// read: no file, no network.
import type {TableName} from '../tables-of-dump/table-names.js'
import type {Chunk, Table, TableRows} from '../tables-of-dump/table.js'

/** Of a result, as JSON has it. Addresses are texts: 0x7f3d972c0070. */
export type QueryValue =
  boolean | number | string | null | readonly QueryValue[] | {readonly [name: string]: QueryValue}

export type ResultColumn = {
  readonly name: string
  /** As the engine names it: BIGINT, VARCHAR, DECIMAL(18,2). */
  readonly type: string
}

export type QueryResult = {
  readonly columns: readonly ResultColumn[]
  /** Pieces of the rows, as they are computed. Can be iterated once. */
  readonly rows: AsyncIterable<ReadonlyArray<readonly QueryValue[]>>
}

export type Engine = {
  /** `DuckDB v1.5.6` */
  readonly name: string
  /** Rows of a table; `dump`: the number of the dump. Texts are those of TableRows, given with each chunk. */
  append(table: Table, dump: number, texts: TableRows['texts'], chunk: Chunk): Promise<void>
  /** Call it after all rows of a table of a dump, also if there are none. */
  finish(table: Table, dump: number): Promise<void>
  /** The tables that SQL reads, before they have rows. Throws UserErrors of SQL. */
  check(sql: string): Promise<readonly TableName[]>
  /** The result of the last statement. Throws UserErrors of SQL. */
  ask(sql: string): Promise<QueryResult>
  /** Writes the result to a new file. */
  writeParquet(sql: string, path: string): Promise<void>
  /** Makes `ask` fail soon. */
  interrupt(): void
  close(): Promise<void>
}

export type EngineOptions = {
  /** The only file that a query may write; null: none. */
  readonly writable: string | null
  /** For a model: long texts are cut, and long lists are an error. Only the library does it. Default: false. */
  readonly smallValues?: boolean
}
