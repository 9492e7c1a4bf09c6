// Rows of a table about a dump as objects, to compare with what the analysis says.
import type {Subject} from '../../src/lib/analysis/objects/subject.js'
import type {KnownDump, RowOptions, Values} from '../../src/lib/tables-of-dump/table.js'
import type {TableName} from '../../src/lib/tables-of-dump/table-names.js'
import {tableNamed} from '../../src/lib/tables-of-dump/tables.js'

export type TableRow = Readonly<Record<string, boolean | number | bigint | string | null>>

export const UNKNOWN_DUMP: KnownDump = {
  app: null,
  bootedAt: null,
  createdAt: null,
  dyno: null,
  id: 'd7k2mq',
  memoryBytes: null,
  pid: null,
  position: 1,
  process: null,
  quotaBytes: null,
  redacted: null,
  release: null,
  ruby: null,
}

export const EVERYTHING: RowOptions = {hashes: true, showValues: true}

export function tableRows(
  name: TableName,
  subject: Subject,
  {dump = UNKNOWN_DUMP, options = EVERYTHING}: {readonly dump?: KnownDump; readonly options?: RowOptions} = {},
): TableRow[] {
  const table = tableNamed(name)
  const {chunks, texts} = table.rowsOf(subject, dump, options)
  const rows: TableRow[] = []
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.rows; at++) {
      const fields = table.columns.map((column, number) => [
        column.name,
        valueAt(chunk.columns[number], at, column.type === 'BOOLEAN', texts.get(column.name)),
      ])
      rows.push(Object.fromEntries(fields) as TableRow)
    }
  }

  return rows
}

function valueAt(
  {valid, values}: Values,
  at: number,
  isFlag: boolean,
  texts: readonly string[] | undefined,
): TableRow[string] {
  if (valid !== null && valid[at] === 0) return null
  const value = values[at]
  if (texts !== undefined) return texts[Number(value)]
  if (isFlag) return value === 1
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

export function sum(rows: ReadonlyArray<Readonly<Record<string, unknown>>>, column: string): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0)
}
