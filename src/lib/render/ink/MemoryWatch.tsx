// The memory of one process while a diagnosis waits for its second dump.
import {Box} from 'ink'
import {formatBytes, formatDuration} from '../../units.js'
import {memoryOfDyno} from '../dyno-memory.js'
import {sparklineOfSizes} from '../sparkline.js'
import {sizeInWords, type WatchedMemory, type WatchedProcess} from '../watched-memory.js'
import {Paragraph} from './Paragraph.js'
import {Text} from './Text.js'

type Props = WatchedProcess & {
  /** null: nothing yet. */
  readonly seen: WatchedMemory | null
  /** Epoch ms, so that a frame is a function of its props. */
  readonly nowMs: number
  readonly width: number
}

/** What a line has besides the blocks. */
const REST = 44
const MOST_BLOCKS = 60

export function MemoryWatch({dyno, dueAtMs, first, nowMs, process, seen, startedAtMs, next, width}: Props) {
  const left = formatDuration(Math.max(0, dueAtMs - nowMs) / 1000)
  const samples = seen?.samples ?? []
  const [oldest] = samples
  const blocks = Math.max(8, Math.min(MOST_BLOCKS, width - REST))
  return (
    <Box flexDirection="column">
      <Box justifyContent="space-between" marginLeft={1} width={width - 1}>
        <Text wrap="truncate">
          Watching {process} of {dyno}: {next} in {left}
        </Text>
        <Box flexShrink={0}>
          <Text> {formatDuration(Math.max(0, nowMs - startedAtMs) / 1000)}</Text>
        </Box>
      </Box>
      {oldest === undefined ? null : (
        <Text wrap="truncate">
          {' '}
          {formatBytes(oldest.rssBytes)}{' '}
          <Text color="cyan">
            {sparklineOfSizes(
              samples.map(({at, rssBytes}) => ({at: Date.parse(at), value: rssBytes})),
              blocks,
            )}
          </Text>{' '}
          {sizeInWords(first, samples)}
        </Text>
      )}
      {seen === null ? null : (
        <Paragraph marker=" " {...(memoryOfDyno(seen.agent).isAlarming ? {color: 'yellow'} : {})} width={width}>
          {memoryOfDyno(seen.agent).text}
        </Paragraph>
      )}
      {seen?.problem == null ? null : (
        <Paragraph color="yellow" marker=" " width={width}>
          {seen.problem}
        </Paragraph>
      )}
      <Text dimColor> Ctrl-C stops here, and says how to go on. The first dump is kept.</Text>
    </Box>
  )
}
