import {Box} from 'ink'
import {KEY_HELP} from './keys.js'
import {Text} from '../Text.js'

type Props = {readonly height: number}

export function Help({height}: Props) {
  return (
    <Box flexDirection="column" flexShrink={0} height={height} overflow="hidden" paddingTop={1}>
      {KEY_HELP.map(([keys, meaning]) => (
        <Text key={keys} wrap="truncate">
          {'  '}
          <Text bold>{keys.padEnd(26)}</Text>
          {meaning}
        </Text>
      ))}
      <Text> </Text>
      <Text dimColor>{'  Retained: the memory that would be freed with an object. Shallow: its memsize.'}</Text>
      <Text dimColor>{'  Path to root: a shortest path of owning references.'}</Text>
    </Box>
  )
}
