import {Box} from 'ink'
import {Text} from '../Text.js'

type Props = {readonly width: number}

export function Rule({width}: Props) {
  return (
    <Box flexShrink={0} height={1}>
      <Text dimColor wrap="truncate">
        {'─'.repeat(width)}
      </Text>
    </Box>
  )
}
