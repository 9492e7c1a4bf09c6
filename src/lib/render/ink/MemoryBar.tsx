// Where the memory of the process is: a bar, and what each of its parts is.
import {Box} from 'ink'
import type {GroupBytes, PartGroup} from '../../analysis/tables/part-groups.js'
import {type BarPart, barParts, type BarWords, formatRough} from '../memory-bar.js'
import {Text} from './Text.js'

/** Legible without colour too. */
const LOOKS: Readonly<Record<PartGroup, {readonly mark: string; readonly color: string}>> = {
  agent: {color: 'gray', mark: '▖'},
  allocator: {color: 'red', mark: '░'},
  jit: {color: 'blue', mark: '▚'},
  libraries: {color: 'gray', mark: '▄'},
  native: {color: 'magenta', mark: '▒'},
  objects: {color: 'green', mark: '█'},
  other: {color: 'gray', mark: '·'},
  slots: {color: 'yellow', mark: '▓'},
  stacks: {color: 'cyan', mark: '▞'},
}

const MARGIN = 1

type Props = {
  readonly bytes: GroupBytes
  readonly words?: BarWords
  readonly width: number
  /** false: only the legend. */
  readonly withBar?: boolean
}

export function MemoryBar({bytes, words, width, withBar = true}: Props) {
  const parts = barParts(bytes, width - 2 * MARGIN, words)
  return (
    <Box flexDirection="column" marginLeft={MARGIN}>
      {withBar ? (
        <Text wrap="truncate">
          {parts.map(part => (
            <Text color={looksOf(part).color} key={part.name}>
              {looksOf(part).mark.repeat(part.cells)}
            </Text>
          ))}
        </Text>
      ) : null}
      <Text wrap="truncate">
        {parts.map((part, at) => (
          <Text key={part.name}>
            {at === 0 ? '' : '  '}
            <Text color={looksOf(part).color}>{looksOf(part).mark}</Text> {formatRough(part.bytes)}{' '}
            <Text dimColor>{part.name}</Text>
          </Text>
        ))}
      </Text>
    </Box>
  )
}

function looksOf({group}: BarPart): {readonly mark: string; readonly color: string} {
  return LOOKS[group ?? 'other']
}
