// The line that every screen ends with: what to type next. One line when all fit, else a line for each; a command that is too long goes
// on after a backslash, so that it can still be copied whole. A word (a path) that no line has room for is cut, and goes on at
// the very beginning of the next line: a shell takes the two for one.
import {Box, Text} from 'ink'
import {wrapWords} from '../wrap.js'

type Props = {
  readonly commands: readonly string[]
  readonly width: number
}

const LABEL = ' Next: '
const CONTINUED = ' \\'
const INDENT = '  '

export function NextCommands({commands, width}: Props) {
  const room = width - LABEL.length
  const line = commands.join(' · ')
  const roomForWord = room - INDENT.length - CONTINUED.length
  if (line.length > room && commands.some(command => command.split(' ').some(word => word.length > roomForWord))) {
    return (
      <Box flexDirection="column">
        <Text>{LABEL}</Text>
        <Lines lines={commands.flatMap(command => cut(command, width))} />
      </Box>
    )
  }

  return (
    <Box>
      <Box flexShrink={0}>
        <Text>{LABEL}</Text>
      </Box>
      <Lines lines={line.length <= room ? [line] : commands.flatMap(command => continued(command, room))} />
    </Box>
  )
}

function Lines({lines}: {readonly lines: readonly string[]}) {
  return (
    <Box flexDirection="column">
      {lines.map((text, at) => (
        <Text key={at} bold>
          {text}
        </Text>
      ))}
    </Box>
  )
}

function continued(command: string, width: number): string[] {
  if (command.length <= width) return [command]
  const lines = wrapWords(command, width - CONTINUED.length - INDENT.length)
  return lines.map((line, at) => `${at === 0 ? '' : INDENT}${line}${at < lines.length - 1 ? CONTINUED : ''}`)
}

/** Cut wherever a line is full. */
function cut(command: string, width: number): string[] {
  const lines: string[] = []
  for (let rest = ` ${command}`; ; ) {
    if (rest.length <= width) return [...lines, rest]
    // Not before a blank: a terminal's copy may lose it at a line's beginning.
    let end = width - 1
    while (rest[end] === ' ') end--
    lines.push(`${rest.slice(0, end)}\\`)
    rest = rest.slice(end)
  }
}
