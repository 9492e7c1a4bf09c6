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

/** A key with its meaning, and when it gives way to others: the highest number first. */
type KeyHint = readonly [text: string, dropOrder: number]

/** As many as fit. */
function hintsFor(
  {canGoBack, canGroup, hasTabs}: Pick<Props, 'canGoBack' | 'canGroup' | 'hasTabs'>,
  room: number,
): string {
  let hints: readonly KeyHint[] = [
    ...(canGoBack ? ([['Esc back', 1]] as const) : []),
    ['Enter open', 0],
    ...(hasTabs ? ([['Tab lists', 3]] as const) : []),
    ['/ filter', 2],
    ['f find', 4],
    ['s sort', 6],
    ...(canGroup ? ([['g group', 7]] as const) : []),
    ['y copy', 5],
    ['? help', 0],
    ['q quit', 0],
  ]
  const line = () => hints.map(([text]) => text).join('  ')
  for (let order = 7; order > 0 && line().length > room; order--) hints = hints.filter(([, drop]) => drop !== order)
  return line()
}

export function StatusLine({typing, filter, cursor, total, matches, width, ...known}: Props) {
  const ofMore = matches !== null && total !== null && matches > total ? ` largest of ${formatShortCount(matches)}` : ''
  const position =
    total === null ? '…' : total === 0 ? 'none' : `${formatCount(cursor + 1)} of ${formatCount(total)}${ofMore}`
  return (
    <Box flexShrink={0} height={1} justifyContent="space-between">
      <Text wrap="truncate">
        {typing || filter !== '' ? (
          <Text color="cyan">
            /{filter}
            {typing ? '▏' : ''}
          </Text>
        ) : (
          <Text dimColor>{hintsFor(known, width - position.length - 1)}</Text>
        )}
      </Text>
      <Box flexShrink={0}>
        <Text dimColor> {position}</Text>
      </Box>
    </Box>
  )
}
