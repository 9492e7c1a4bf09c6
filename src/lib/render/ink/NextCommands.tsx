// The last line of every screen: what to type next. One line if all commands fit, otherwise one line each. A command
// that is too long continues after a backslash, so that it can still be copied whole. A word that fits on no line (a
// path) continues in the first column of the next one, which a shell joins.
import {Box} from 'ink'
import {canBeProposed, type CommandLine, commandText, shellWord} from '../../command-line.js'
import {firstColumns, widthOf} from '../text-width.js'
import {Text} from './Text.js'

type Props = {
  readonly commands: readonly CommandLine[]
  readonly width: number
}

const LABEL = ' Next: '
const CONTINUED = ' \\'
const INDENT = '  '
/** Enough for a quoted quotation mark, which takes six columns. */
const LEAST_WIDTH = 12

export function NextCommands({commands: asked, width}: Props) {
  const commands = asked.filter(canBeProposed)
  if (commands.length === 0) return null
  const room = width - LABEL.length
  const line = commands.map(commandText).join(' · ')
  const roomForWord = room - INDENT.length - CONTINUED.length
  if (widthOf(line) > room && commands.some(command => command.some(word => widthOf(shellWord(word)) > roomForWord))) {
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
      <Lines lines={widthOf(line) <= room ? [line] : commands.flatMap(command => continued(command, room))} />
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

/** Broken between words. */
function continued(command: CommandLine, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const [at, word] of command.map(shellWord).entries()) {
    const end = at === command.length - 1 ? '' : CONTINUED
    if (at > 0 && widthOf(`${line} ${word}${end}`) > width) {
      lines.push(line + CONTINUED)
      line = INDENT + word
    } else line += at === 0 ? word : ` ${word}`
  }

  return [...lines, line]
}

/** Broken between words, and within words that fit on no line. Each part of a word is quoted separately. */
function cut(command: CommandLine, columns: number): string[] {
  const width = Math.max(LEAST_WIDTH, columns)
  const lines: string[] = []
  let line = ''
  for (const [at, whole] of command.entries()) {
    let word = whole
    line += ' '
    // All words but the last are followed by a blank and a backslash.
    while (widthOf(line + shellWord(word)) > width - (at === command.length - 1 ? 0 : CONTINUED.length)) {
      const part = partOf(word, width - widthOf(line) - 1)
      lines.push(`${line}${part === '' ? '' : shellWord(part)}\\`)
      line = part === '' ? ' ' : ''
      word = word.slice(part.length)
    }

    line += shellWord(word)
  }

  return [...lines, line]
}

/** As much of the beginning of a word as fits when quoted. */
function partOf(word: string, room: number): string {
  for (let width = room; width > 0; width--) {
    const part = firstColumns(word, width)
    if (widthOf(shellWord(part)) <= room) return part
  }

  return ''
}
