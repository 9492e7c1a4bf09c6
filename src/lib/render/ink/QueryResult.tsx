// The result of a query as a table. Numbers are never cut, texts share the rest of the width. If that is not enough, as
// for all columns of a table, each row becomes a list.
import {Box} from 'ink'
import type {QueryValue, ResultColumn} from '../../query/engine.js'
import {formatCount} from '../../units.js'
import {padEnd, widthOf} from '../text-width.js'
import {type Column, layOut, Table} from './Table.js'
import {Text} from './Text.js'

type Row = readonly QueryValue[]

type Props = {
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly Row[]
  /** Whether there are more. */
  readonly hasMore: boolean
  readonly width: number
}

const LEAST_TEXT = 10
const GAP = 2
const MOST_LISTS = 10

export function QueryResult({columns, rows, hasMore, width}: Props) {
  const table = columns.map(tableColumn)
  const laid = layOut(table, rows, width)
  const isTooWide = laid.reduce((sum, one) => sum + one.width, GAP * (laid.length - 1)) > width
  const shown = isTooWide ? rows.slice(0, MOST_LISTS) : rows
  return (
    <Box flexDirection="column">
      {isTooWide ? (
        <Lists columns={table} rows={shown} width={width} />
      ) : (
        <Table columns={table} indent={0} rows={shown} width={width} />
      )}
      <Text dimColor>{noteOf(shown.length, hasMore || shown.length < rows.length)}</Text>
    </Box>
  )
}

function noteOf(rows: number, hasMore: boolean): string {
  const count = `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`
  return hasMore ? `${count}, and there are more: add LIMIT, or use --csv or --json.` : count
}

type ListsProps = {
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: readonly Row[]
  readonly width: number
}

function Lists({columns, rows}: ListsProps) {
  const named = columns.reduce((widest, {header}) => Math.max(widest, widthOf(header)), 0)
  return rows.map((row, at) => (
    <Box key={at} flexDirection="column" marginBottom={1}>
      {columns.map(({header, value}) => (
        <Text key={header} wrap="truncate">
          <Text dimColor>{padEnd(header, named + GAP)}</Text>
          {value(row)}
        </Text>
      ))}
    </Box>
  ))
}

function tableColumn({name, type}: ResultColumn, at: number): Column<Row> {
  const isNumber = /^(?:[A-Z]*INT|DECIMAL.*|DOUBLE|FLOAT|ADDRESS)$/.test(type)
  return {
    header: name,
    value: row => cellOf(row[at] ?? null, type),
    ...(isNumber ? {align: 'right'} : {minWidth: LEAST_TEXT}),
  }
}

/** Sizes and counts have 64 bits or more, and are easier to read with separators. NULL is empty. */
function cellOf(value: QueryValue, type: string): string {
  if (value === null) return ''
  if (typeof value === 'object') return JSON.stringify(value)
  if (typeof value !== 'number') return String(value)
  if (/^U?(?:BIG|HUGE)INT$/.test(type)) return formatCount(value)
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
}
