// The line that every screen ends with: what to type next. One line when it fits, else a line for each.
import {Box, Text} from 'ink'

type Props = {
  readonly commands: readonly string[]
  readonly width: number
}

const LABEL = ' Next: '

export function NextCommands({commands, width}: Props) {
  const line = commands.join(' · ')
  const lines = LABEL.length + line.length <= width ? [line] : commands
  return (
    <Box>
      <Box flexShrink={0}>
        <Text>{LABEL}</Text>
      </Box>
      <Box flexDirection="column">
        {lines.map(text => (
          <Text key={text} bold>
            {text}
          </Text>
        ))}
      </Box>
    </Box>
  )
}
