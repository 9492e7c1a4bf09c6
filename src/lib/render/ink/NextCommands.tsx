// The line that every screen ends with: what to type next. One line when all fit, else a line for each; a command that is too long goes
// on after a backslash, so that it can still be copied whole.
import {Box, Text} from 'ink'
import {wrapWords} from '../wrap.js'

type Props = {
  readonly commands: readonly string[]
  readonly width: number
}

const LABEL = ' Next: '
const CONTINUED = ' \\'

export function NextCommands({commands, width}: Props) {
  const room = width - LABEL.length
  const line = commands.join(' · ')
  const lines = line.length <= room ? [line] : commands.flatMap(command => continued(command, room))
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

function continued(command: string, width: number): string[] {
  if (command.length <= width) return [command]
  const lines = wrapWords(command, width - CONTINUED.length - 2)
  return lines.map((line, at) => `${at === 0 ? '' : '  '}${line}${at < lines.length - 1 ? CONTINUED : ''}`)
}
