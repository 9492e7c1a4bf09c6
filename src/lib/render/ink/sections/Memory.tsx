// Where the memory of the process is; without the agent's record, how much of it the dump explains.
import {Box} from 'ink'
import {formatBytes, formatCount} from '../../../units.js'
import {Paragraph} from '../Paragraph.js'
import {Parts} from './Parts.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

type Line = {
  readonly bytes: number | null
  readonly words: string
  readonly depth?: number
  readonly bold?: boolean
  readonly sign?: '−'
}

export function Memory({report, width}: SectionProps) {
  return report.process === null ? (
    <Explained report={report} width={width} />
  ) : (
    <Parts process={report.process} width={width} />
  )
}

/** Without a memory record: what the dump explains, and the rest. */
function Explained({report, width}: SectionProps) {
  const {
    processBytes,
    memsize,
    besideBytes,
    threadStackBytes,
    tracerMemsize,
    pageBytes,
    explainedBytes,
    unexplainedBytes,
    slotBytes,
  } = report.memory
  const stacks = threadStackBytes / 2 ** 20
  const owners = stacks === 1 ? 'the stack of a thread' : `the stacks of ${formatCount(stacks)} threads`
  const lines: readonly Line[] = [
    {
      bold: true,
      bytes: processBytes,
      words: processBytes === null ? 'process memory: not recorded with this dump' : 'process memory, resident',
    },
    {bytes: explainedBytes, words: 'explained by this dump'},
    {
      bytes: pageBytes,
      depth: 1,
      words: `heap pages: ${formatBytes(slotBytes)} in use, ${formatBytes(Math.max(0, pageBytes - slotBytes))} free or in headers`,
    },
    {
      bytes: besideBytes - threadStackBytes,
      depth: 1,
      words: 'outside heap pages: string contents, tables, compiled code',
    },
    {bold: unexplainedBytes !== null, bytes: unexplainedBytes, words: 'not in any Ruby object'},
  ]
  const notes = [
    ...(threadStackBytes > 0
      ? [
          `${formatBytes(threadStackBytes)} of it is reserved for ${owners}, 1 MiB each. Only the used part is resident, so it is left out above.`,
        ]
      : []),
    ...(tracerMemsize > 0
      ? [`${formatBytes(tracerMemsize)} belongs to the allocation tracer, and is freed when tracing ends.`]
      : []),
    'It leaves out what C extensions allocate with malloc, what the allocator holds in reserve, and fragmentation. ' +
      'An up-to-date agent records with each dump how much that is: deploy once, and dump again.',
  ]
  return (
    <Box flexDirection="column" marginLeft={1}>
      {lines.map(({bytes, words, depth = 0, bold}) => (
        <Text key={words} wrap="truncate">
          <Text bold={bold}>{formatBytes(bytes).padStart(9)}</Text>
          {'  '.repeat(depth + 1)}
          <Text dimColor={depth > 0}>{words}</Text>
        </Text>
      ))}
      <Text> </Text>
      <Paragraph
        width={width - 1}
      >{`The sum of all memsizes is ${formatBytes(memsize)}. It is not comparable to process memory:`}</Paragraph>
      {notes.map(note => (
        <Paragraph key={note} marker="· " width={width - 1}>
          {note}
        </Paragraph>
      ))}
    </Box>
  )
}
