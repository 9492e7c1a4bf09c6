// The last line: the filter or the keys, and the position in the list.
import {Box} from 'ink'
import {formatCount} from '../../../units.js'
import {Text} from '../Text.js'

type Props = {
  readonly typing: boolean
  readonly filter: string
  readonly cursor: number
  /** null while unknown. */
  readonly total: number | null
  readonly canGoBack: boolean
  readonly hasTabs: boolean
}

export function StatusLine({typing, filter, cursor, total, canGoBack, hasTabs}: Props) {
  const keys = [
    canGoBack ? 'Esc back' : null,
    'Enter open',
    hasTabs ? 'Tab lists' : null,
    '/ filter',
    '? help',
    'q quit',
  ]
    .filter(Boolean)
    .join('  ')
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
          {total === null ? '…' : total === 0 ? 'none' : `${formatCount(cursor + 1)} of ${formatCount(total)}`}
        </Text>
      </Box>
    </Box>
  )
}
