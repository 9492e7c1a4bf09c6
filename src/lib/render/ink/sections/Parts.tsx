// The parts of a process's memory, largest first, each with a sentence; then the arenas of malloc and what else is known.
import {Box} from 'ink'
import type {ArenaRow} from '../../../analysis/tables/recorded-memory.js'
import {groupBytes} from '../../../analysis/tables/part-groups.js'
import type {ProcessParts} from '../../../analysis/tables/process-parts.js'
import {formatBytes, formatShare} from '../../../units.js'
import {factsOfProcess, partInWords, PART_NAMES, sortedParts} from '../../part-words.js'
import {MemoryBar} from '../MemoryBar.js'
import {Paragraph} from '../Paragraph.js'
import {Section} from '../Section.js'
import {type Column, Table} from '../Table.js'
import {Text} from '../Text.js'

/** Arenas that are listed one by one. */
const MOST_ARENAS = 10
const NUMBER = 11
const SHARE = 8

export function Parts({process, width}: {readonly process: ProcessParts; readonly width: number}) {
  const arenas = process.allocator?.arenas ?? []
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">
        <Text bold>{formatBytes(process.rssBytes).padStart(NUMBER)}</Text>
        {'  '}process memory, resident: the sum of these parts
      </Text>
      <MemoryBar bytes={groupBytes(process)} width={width} />
      <Text> </Text>
      {sortedParts(process).map(part => (
        <Box flexDirection="column" key={part.kind}>
          <Text wrap="truncate">
            <Text bold>{formatBytes(part.bytes).padStart(NUMBER)}</Text>
            <Text dimColor>{formatShare(part.bytes / process.rssBytes).padStart(SHARE)}</Text>
            {'  '}
            {PART_NAMES[part.kind]}
          </Text>
          <Box marginLeft={NUMBER + SHARE + 2}>
            <Paragraph dimColor width={width - NUMBER - SHARE - 2}>
              {partInWords(part, process)}
            </Paragraph>
          </Box>
        </Box>
      ))}
      {arenas.length > 1 ? (
        <Section
          note={arenas.length > MOST_ARENAS ? `the largest ${MOST_ARENAS} of ${arenas.length}` : undefined}
          title="Arenas of malloc"
        >
          <Table columns={columns} rows={arenas.slice(0, MOST_ARENAS)} width={width} />
        </Section>
      ) : null}
      <Text> </Text>
      {factsOfProcess(process).map(fact => (
        <Paragraph key={fact} marker=" · " width={width}>
          {fact}
        </Paragraph>
      ))}
    </Box>
  )
}

const columns: ReadonlyArray<Column<ArenaRow>> = [
  {header: 'Arena', value: ({main}) => (main ? 'main' : 'thread')},
  {align: 'right', header: 'Size', value: row => formatBytes(row.systemBytes)},
  {align: 'right', header: 'Resident', value: row => formatBytes(row.residentBytes)},
  {align: 'right', header: 'Free', value: row => formatBytes(row.freeBytes)},
  {align: 'right', dim: true, header: 'Share', value: row => formatShare(row.freeBytes / Math.max(1, row.systemBytes))},
]
