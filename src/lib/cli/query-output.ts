// Prints results: a table on a screen, CSV, or a document.
import {csvHeader, csvLine} from '../query/csv.js'
import type {QueryResult, QueryValue, ResultColumn} from '../query/engine.js'

/** The document of `heapdump:query --json`. */
export type QueryAnswer = {
  /** The ids of the dumps, as in the tables. */
  readonly dumps: readonly string[]
  readonly columns: readonly ResultColumn[]
  readonly rows: ReadonlyArray<Readonly<Record<string, QueryValue>>>
}

export type FirstRows = {
  readonly columns: readonly ResultColumn[]
  readonly rows: ReadonlyArray<readonly QueryValue[]>
  readonly hasMore: boolean
}

/** `most`: 0 for all. */
export async function firstRows({columns, rows}: QueryResult, most: number): Promise<FirstRows> {
  const first: Array<readonly QueryValue[]> = []
  for await (const piece of rows) {
    for (const row of piece) {
      if (most > 0 && first.length === most) return {columns, hasMore: true, rows: first}
      first.push(row)
    }
  }

  return {columns, hasMore: false, rows: first}
}

export async function rowObjects({columns, rows}: QueryResult): Promise<QueryAnswer['rows']> {
  const objects: Array<QueryAnswer['rows'][number]> = []
  for await (const piece of rows) for (const row of piece) objects.push(rowObject(columns, row))
  return objects
}

export function rowObject(columns: readonly ResultColumn[], row: readonly QueryValue[]): QueryAnswer['rows'][number] {
  return Object.fromEntries(columns.map(({name}, at) => [name, row[at] ?? null]))
}

/** Pieces of many lines. */
export async function* csvLines({columns, rows}: QueryResult): AsyncGenerator<readonly string[]> {
  yield [csvHeader(columns)]
  for await (const piece of rows) if (piece.length > 0) yield piece.map(csvLine)
}
