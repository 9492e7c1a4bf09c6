// A chunk as CSV, for an engine that reads rows from a file.
import type {Chunk, Column, Table, TableRows, Values} from '../tables-of-dump/table.js'

/** Texts are always in quotes, so this is none. */
export const NULL_FIELD = String.raw`\N`

export function chunkLines({columns}: Table, texts: TableRows['texts'], chunk: Chunk): string {
  const fields = columns.map((column, at) => {
    const values = chunk.columns[at]
    return values === undefined ? () => NULL_FIELD : fieldsOf(column, values, texts.get(column.name))
  })
  let lines = ''
  for (let row = 0; row < chunk.rows; row++) lines += `${fields.map(fieldAt => fieldAt(row)).join(',')}\n`
  return lines
}

/** The field of a row. */
function fieldsOf(
  {type}: Column,
  {valid, values}: Values,
  texts: readonly string[] | undefined,
): (row: number) => string {
  const all = texts?.map(quoted)
  const fieldOf = (value: bigint | number | string | undefined): string => {
    if (all !== undefined) return all[Number(value)] ?? NULL_FIELD
    if (type === 'VARCHAR') return quoted(String(value))
    return type === 'TIMESTAMP' ? new Date(Number(value) / 1000).toISOString().replace('Z', '') : String(value)
  }
  return row => (valid !== null && valid[row] === 0 ? NULL_FIELD : fieldOf(values[row]))
}

function quoted(text: string): string {
  return `"${text.replaceAll('\0', '\uFFFD').replaceAll('"', '""')}"`
}
