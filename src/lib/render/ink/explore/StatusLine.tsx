// The last line: the filter or the keys, and the position in the list.
import {Box} from 'ink'
import {formatCount, formatShortCount} from '../../../units.js'
import {Text} from '../Text.js'

type Props = {
  readonly typing: boolean
  readonly filter: string
  readonly cursor: number
  /** null while unknown. */
  readonly total: number | null
  /** Everything that matches; more than `total` if only the largest are listed. */
  readonly matches: number | null
  readonly canGoBack: boolean
  readonly canGroup: boolean
  readonly hasTabs: boolean
  readonly width: number
}

/** From this width on, all keys fit. */
const WIDE = 110

export function StatusLine({typing, filter, cursor, total, matches, canGoBack, canGroup, hasTabs, width}: Props) {
  const isWide = width >= WIDE
  const keys = [
    canGoBack ? 'Esc back' : null,
    'Enter open',
    hasTabs && isWide ? 'Tab lists' : null,
    '/ filter',
    'f find',
    isWide ? 's sort' : null,
    canGroup && isWide ? 'g group' : null,
    isWide ? 'y copy' : null,
    '? help',
    'q quit',
  ]
    .filter(Boolean)
    .join('  ')
  const ofMore = matches !== null && total !== null && matches > total ? ` largest of ${formatShortCount(matches)}` : ''
  return (
    <Box flexShrink={0} height={1} justifyContent="space-between">
      <Text wrap="truncate">
        {typing || filter !== '' ? (
          <Text color="cyan">
            /{filter}
            {typing ? '▏' : ''}
          </Text>
        ) : (
          <Text dimColor>{keys}</Text>
        )}
      </Text>
      <Box flexShrink={0}>
        <Text dimColor>
          {' '}
          {total === null ? '…' : total === 0 ? 'none' : `${formatCount(cursor + 1)} of ${formatCount(total)}${ofMore}`}
        </Text>
      </Box>
    </Box>
  )
}
