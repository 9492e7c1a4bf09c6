// A table that fits its width. Columns are as wide as their content; if that is too wide, flexible columns shrink, and
// the least important ones are left out.
import {Box} from 'ink'
import {printable} from '../../printable.js'
import {padEnd, padStart, shortenRight, widthOf} from '../text-width.js'
import {Text} from './Text.js'

export type Column<Row> = {
  readonly header: string
  readonly value: (row: Row) => string
  readonly align?: 'left' | 'right'
  /** The least width to shrink to, by `shorten`. Absent: never shortened. */
  readonly minWidth?: number
  readonly shorten?: (text: string, width: number) => string
  readonly color?: string | ((row: Row) => string | undefined)
  readonly dim?: boolean
  readonly bold?: boolean
  /** On narrow terminals, columns with higher numbers are left out first. Absent: never left out. */
  readonly dropOrder?: number
}

export type TableProps<Row> = {
  readonly rows: readonly Row[]
  readonly columns: ReadonlyArray<Column<Row>>
  readonly width: number
  readonly indent?: number
}

const GAP = 2

type Laid<Row> = {readonly column: Column<Row>; readonly cells: readonly string[]; readonly width: number}

/** Chooses columns and widths so that lines fit into `width`, if the mandatory columns allow it. */
export function layOut<Row>(
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
  width: number,
): Array<Laid<Row>> {
  let laid = columns.map(column => {
    const cells = rows.map(row => printable(column.value(row)))
    return {cells, column, width: cells.reduce((widest, cell) => Math.max(widest, widthOf(cell)), column.header.length)}
  })
  const total = () => laid.reduce((sum, one) => sum + one.width, GAP * (laid.length - 1))
  const floor = () =>
    laid.reduce((sum, one) => sum + Math.min(one.width, one.column.minWidth ?? one.width), GAP * (laid.length - 1))
  while (floor() > width) {
    const dropped = laid.reduce((worst, one) =>
      (one.column.dropOrder ?? 0) > (worst.column.dropOrder ?? 0) ? one : worst,
    )
    if ((dropped.column.dropOrder ?? 0) === 0) break
    laid = laid.filter(one => one !== dropped)
  }

  let excess = total() - width
  while (excess > 0) {
    // The widest flexible column gives up one character at a time, so that several end up equally wide.
    const shrinkable = laid.filter(one => one.column.minWidth !== undefined && one.width > one.column.minWidth)
    if (shrinkable.length === 0) break
    const widest = shrinkable.reduce((a, b) => (b.width > a.width ? b : a))
    laid = laid.map(one => (one === widest ? {...one, width: one.width - 1} : one))
    excess--
  }

  return laid
}

function fit(
  text: string,
  width: number,
  column: {align?: 'left' | 'right'; shorten?: (text: string, width: number) => string},
): string {
  const cut = (column.shorten ?? shortenRight)(text, width)
  return column.align === 'right' ? padStart(cut, width) : padEnd(cut, width)
}

export function Table<Row>({rows, columns, width, indent = 1}: TableProps<Row>) {
  const laid = layOut(columns, rows, width - indent)
  return (
    <Box flexDirection="column" marginLeft={indent}>
      <Text dimColor wrap="truncate">
        {laid
          .map(one => fit(one.column.header, one.width, one.column))
          .join(' '.repeat(GAP))
          .trimEnd()}
      </Text>
      {rows.map((row, index) => (
        <Text key={index} wrap="truncate">
          {laid.map((one, position) => {
            const {column} = one
            const color = typeof column.color === 'function' ? column.color(row) : column.color
            const last = position === laid.length - 1
            const text = fit(one.cells[index] ?? '', one.width, column)
            return (
              <Text key={column.header} bold={column.bold} color={color} dimColor={column.dim}>
                {last ? text.trimEnd() : text + ' '.repeat(GAP)}
              </Text>
            )
          })}
        </Text>
      ))}
    </Box>
  )
}
