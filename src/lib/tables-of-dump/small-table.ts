// Tables whose rows are few, and objects: each column says how to take its value from a row.
import {type Chunk, CHUNK_ROWS, type Column, type KnownDump, type Table, type Values} from './table.js'

type Value = boolean | number | string | null

export type RowColumn<Row> = Column & {
  /** TIMESTAMP: milliseconds since 1970. */
  readonly valueOf: (row: Row, dump: KnownDump) => Value
}

/** The first column of every table but `dumps`. */
export const DUMP: Column = {doc: 'the id of the dump', name: 'dump', type: 'VARCHAR', unit: null}
export const DUMP_OF_ROW: RowColumn<unknown> = {...DUMP, valueOf: (_, {id}) => id}

export function smallTable<Row>({
  rows,
  ...table
}: Pick<Table, 'doc' | 'name'> & {
  readonly columns: ReadonlyArray<RowColumn<Row>>
  readonly rows: (...of: Parameters<Table['rowsOf']>) => readonly Row[]
}): Table {
  return {
    ...table,
    rowsOf: (subject, dump, options) => ({
      chunks: chunksOf(table.columns, rows(subject, dump, options), dump),
      texts: new Map(),
    }),
  }
}

function* chunksOf<Row>(
  columns: ReadonlyArray<RowColumn<Row>>,
  rows: readonly Row[],
  dump: KnownDump,
): Generator<Chunk> {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const part = rows.slice(from, from + CHUNK_ROWS)
    yield {
      columns: columns.map(({type, valueOf}) =>
        valuesOf(
          type,
          part.map(row => valueOf(row, dump)),
        ),
      ),
      rows: part.length,
    }
  }
}

function valuesOf(type: Column['type'], all: readonly Value[]): Values {
  const valid = all.includes(null) ? Uint8Array.from(all, value => (value === null ? 0 : 1)) : null
  const numbers = () => all.map(value => Number(value ?? 0))
  switch (type) {
    case 'VARCHAR':
      return {valid, values: all.map(value => String(value ?? ''))}
    case 'BIGINT':
      return {valid, values: BigInt64Array.from(numbers(), BigInt)}
    case 'TIMESTAMP':
      return {valid, values: BigInt64Array.from(numbers(), milliseconds => BigInt(milliseconds) * 1000n)}
    case 'BOOLEAN':
      return {valid, values: Uint8Array.from(numbers())}
    case 'DOUBLE':
      return {valid, values: Float64Array.from(numbers())}
    case 'INTEGER':
      return {valid, values: Int32Array.from(numbers())}
  }
}
