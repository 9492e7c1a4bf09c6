// The visible rows of a list of any length. Rows that are not visible cost nothing.
import {Box} from 'ink'
import {padEnd, shortenLeft, shortenRight, widthOf} from '../../text-width.js'
import type {Headers, Row} from './rows.js'
import {Text} from '../Text.js'

type Props = {
  readonly headers: Headers
  /** null while unknown. */
  readonly rowAt: (index: number) => Row | null
  readonly total: number
  readonly first: number
  readonly cursor: number
  readonly width: number
  /** Lines, including the header. */
  readonly height: number
}

const NUMBER_WIDTH = 10
const CURSOR_WIDTH = 2

/** The first row to show, so that the cursor is visible and no line is wasted. */
export function firstRow(cursor: number, total: number, rows: number): number {
  return Math.max(0, Math.min(cursor - Math.floor(rows / 2), total - rows))
}

export function RowList({headers, rowAt, total, first, cursor, width, height}: Props) {
  const textWidth = width - CURSOR_WIDTH - headers.numbers.length * NUMBER_WIDTH
  const indexes = Array.from({length: Math.max(0, Math.min(height - 1, total - first))}, (_, at) => first + at)
  return (
    <Box flexDirection="column" flexShrink={0} height={height}>
      <Text dimColor wrap="truncate">
        {' '.repeat(CURSOR_WIDTH)}
        {headers.text.padEnd(textWidth)}
        {headers.numbers.map(header => header.padStart(NUMBER_WIDTH)).join('')}
      </Text>
      {indexes.map(index => (
        <RowLine key={index} row={rowAt(index)} selected={index === cursor} textWidth={textWidth} width={width} />
      ))}
    </Box>
  )
}

type LineProps = {
  readonly row: Row | null
  readonly selected: boolean
  readonly textWidth: number
  readonly width: number
}

function RowLine({row, selected, textWidth, width}: LineProps) {
  if (row === null) return <Text dimColor>{selected ? '▸' : ' '} …</Text>
  const before = row.before === '' ? '' : `${row.before} `
  const room = Math.max(4, textWidth - widthOf(before) - 1)
  const text = (row.cutLeft ? shortenLeft : shortenRight)(row.text, room)
  const after = widthOf(text) + widthOf(row.after) + 2 <= room && row.after !== '' ? `  ${row.after}` : ''
  const words = widthOf(before + text + after)
  const numbers = row.numbers.map(number => number.padStart(NUMBER_WIDTH)).join('')
  return (
    <Text inverse={selected} wrap="truncate">
      {selected ? '▸ ' : '  '}
      <Text dimColor={!selected}>{before}</Text>
      <Text color={row.color}>{text}</Text>
      <Text dimColor={!selected}>{after}</Text>
      {padEnd(' '.repeat(Math.max(0, textWidth - words)) + numbers, Math.max(0, width - CURSOR_WIDTH - words))}
    </Text>
  )
}
