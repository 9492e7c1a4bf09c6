// Where we are: the dump, and the way that led here.
import {Box} from 'ink'
import {shortenLeft, widthOf} from '../../text-width.js'
import {Text} from '../Text.js'

type Props = {readonly title: string; readonly way: readonly string[]; readonly width: number}

export function TopBar({title, way, width}: Props) {
  const trail = way.length === 0 ? '' : ` › ${way.join(' › ')}`
  const shownTitle = shortenLeft(title, Math.max(12, width - Math.min(widthOf(trail), Math.floor(width * 0.7)) - 1))
  return (
    <Box flexShrink={0} height={1}>
      <Text wrap="truncate">
        <Text bold>{shownTitle}</Text>
        {trail === '' ? '' : ` › ${shortenLeft(way.join(' › '), Math.max(8, width - widthOf(shownTitle) - 4))}`}
      </Text>
    </Box>
  )
}
