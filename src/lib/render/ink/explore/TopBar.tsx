// The current position: the dump, and the trail that led here.
import {Box} from 'ink'
import {shortenLeft, widthOf} from '../../text-width.js'
import {Text} from '../Text.js'

type Props = {readonly title: string; readonly trail: readonly string[]; readonly width: number}

export function TopBar({title, trail, width}: Props) {
  const path = trail.join(' › ')
  const wanted = path === '' ? 0 : widthOf(` › ${path}`)
  const shownTitle = shortenLeft(title, Math.max(12, width - Math.min(wanted, Math.floor(width * 0.7)) - 1))
  return (
    <Box flexShrink={0} height={1}>
      <Text wrap="truncate">
        <Text bold>{shownTitle}</Text>
        {path === '' ? '' : ` › ${shortenLeft(path, Math.max(8, width - widthOf(shownTitle) - 4))}`}
      </Text>
    </Box>
  )
}
