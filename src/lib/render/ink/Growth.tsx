// What grew between dumps: how much, below which owners and with what evidence, then the new objects in a table.
import {Box} from 'ink'
import type {CommandLine} from '../../command-line.js'
import type {GrowthReport, GrowthRow} from '../../analysis/compare/growth.js'
import {rateInWords} from '../../analysis/compare/rate.js'
import {formatBytes, formatCount, formatDuration, formatObjects} from '../../units.js'
import {shortenLeft} from '../text-width.js'
import {formatSite} from '../site-label.js'
import {GrownParts} from './GrownParts.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {AlsoLarge, Suspects} from './Suspects.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = Omit<GrowthReport, 'dumps'> & {
  readonly dumps: ReadonlyArray<
    GrowthReport['dumps'][number] & {readonly name: string; readonly release: string | null}
  >
  /** From the first dump to the last. */
  readonly hours: number | null
  /** From the first dump to the second. With three dumps, the new objects appeared in this time. */
  readonly hoursToSecond: number | null
  readonly next: CommandLine
  readonly width: number
}

type Dump = Props['dumps'][number]

/** Owners shown with evidence, and those that get a line; the others are in the table. */
const MAX_OWNERS = 5
const MAX_OTHERS = 3

export function Growth({
  dumps,
  hours,
  hoursToSecond,
  comparedBy,
  movement,
  tracingRestarted,
  totals,
  memoryGrowth,
  growth,
  suspects,
  next,
  width,
}: Props) {
  // The tracer grows with every object it records and is freed when tracing ends, so it is not the app's growth.
  const rows = growth.filter(({role}) => role !== 'tracer')
  const gained = growth.filter(({role}) => role === 'tracer').reduce((rest, row) => rest - row.memsize, totals.memsize)
  const rate = movement !== 'other-process' && gained > 0 ? rateInWords(gained, hoursToSecond) : null
  const grown = suspects.filter(({severity}) => severity !== 'low')
  const little = suspects.filter(({severity}) => severity === 'low')
  const age = hours === null ? '' : `, ${formatDuration(hours * 3600)} apart`
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        === {dumps.map(dump => dump.name).join(' → ')}
        {age}
      </Text>
      <Text> </Text>
      <Table columns={dumpColumns} rows={dumps} width={width} />
      <Text> </Text>
      <Box marginLeft={1}>
        <Text>
          <Text bold>{formatBytes(gained)}</Text> in {gainedObjects(totals.objects, dumps.length, comparedBy)}
          {rate === null ? '' : `: ${rate}`}
        </Text>
      </Box>
      {movement === 'other-process' || dumps.every(({parts}) => parts !== null) ? null : (
        <NativeGrowth dumps={dumps} width={width} />
      )}
      {memoryGrowth === null ? null : (
        <Box marginLeft={1}>
          <Paragraph width={width - 1}>{memoryGrowth.text}</Paragraph>
        </Box>
      )}
      {noteOf(comparedBy, movement, tracingRestarted, dumps).map(note => (
        <Box key={note} marginLeft={1}>
          <Paragraph color="yellow" width={width - 1}>
            {note}
          </Paragraph>
        </Box>
      ))}
      {grown.length === 0 ? <Text>{' Verdict  no owner holds noticeably more than before.'}</Text> : null}
      <Suspects hasRoom suspects={grown.slice(0, MAX_OWNERS)} width={width} />
      <AlsoLarge suspects={[...grown.slice(MAX_OWNERS), ...little].slice(0, MAX_OTHERS)} width={width} />
      <GrownParts dumps={dumps} width={width} />
      {rows.length > 0 ? (
        <Box flexDirection="column" marginTop={1}>
          <Text bold> {comparedBy === 'identity' ? 'New objects' : 'More than before'}</Text>
          <Table columns={rowColumns(rows)} rows={rows} width={width} />
        </Box>
      ) : null}
      <Text> </Text>
      <NextCommands commands={[next]} width={width} />
    </Box>
  )
}

/** Native growth is mentioned from this many bytes on, if it is at least this part of the process's growth. */
const LEAST_NATIVE = 20e6
const MOSTLY = 0.5

/** If the process grew and its heap did not, no owner is to blame. */
function NativeGrowth({dumps, width}: {readonly dumps: readonly Dump[]; readonly width: number}) {
  const [first, last] = [dumps[0], dumps.at(-1)]
  if (first === undefined || last === undefined) return null
  if (first.processBytes === null || last.processBytes === null) return null
  const heapOf = ({totals}: Dump) => totals.memsize - totals.tracerMemsize
  const grown = last.processBytes - first.processBytes
  const native = grown - Math.max(0, heapOf(last) - heapOf(first))
  if (native < LEAST_NATIVE || native < grown * MOSTLY) return null
  return (
    <Box marginLeft={1}>
      <Paragraph color="yellow" width={width - 1}>
        {`The process grew by ${formatBytes(grown)}, its Ruby objects by ${formatBytes(grown - native)}: ${formatBytes(native)} is native memory or fragmentation.`}
      </Paragraph>
    </Box>
  )
}

function gainedObjects(objects: number, dumps: number, comparedBy: GrowthReport['comparedBy']): string {
  const counted = formatObjects(objects)
  if (comparedBy === 'counts')
    return dumps === 2 ? `${counted} more than before` : `${counted} more than in the first dump, in both later ones`
  if (dumps === 2) return `${formatCount(objects)} new ${objects === 1 ? 'object' : 'objects'}`
  return `${counted} that appeared after the first dump and stayed`
}

function noteOf(
  comparedBy: GrowthReport['comparedBy'],
  movement: GrowthReport['movement'],
  tracingRestarted: boolean,
  dumps: readonly Dump[],
): string[] {
  const notes: string[] = []
  if (movement === 'compacted')
    notes.push(
      'The heap was compacted in between, so addresses changed: compared by count per class, allocation site and owner.',
    )
  if (movement === 'other-process')
    notes.push('Different processes, or a restart in between: compared by count per class, allocation site and owner.')
  if (tracingRestarted)
    notes.push('Tracing ended in between: an object that lost its allocation site still counts as the same object.')
  if (comparedBy === 'identity' && dumps[0]?.traced === false) {
    notes.push(
      'Not traced: a new object at the address of an old one of its class counts as the old one. Some may be missing.',
    )
  }

  return notes
}

const dumpColumns: ReadonlyArray<Column<Dump>> = [
  {bold: true, header: 'Dump', minWidth: 12, shorten: shortenLeft, value: dump => dump.name},
  {align: 'right', header: 'Process', value: dump => formatBytes(dump.processBytes)},
  {align: 'right', header: 'Alive', value: dump => formatBytes(dump.totals.aliveMemsize)},
  {align: 'right', header: 'Objects', value: dump => formatCount(dump.totals.aliveObjects)},
  {header: 'Traced', value: dump => (dump.traced ? 'yes' : 'no')},
  {dropOrder: 1, header: 'Release', value: dump => dump.release ?? '–'},
]

function rowColumns(rows: readonly GrowthRow[]): ReadonlyArray<Column<GrowthRow>> {
  const traced = rows.some(row => row.file !== null)
  return [
    {header: 'Owner', minWidth: 14, value: row => row.owner},
    {header: 'Class', minWidth: 12, value: row => row.className},
    ...(traced
      ? [
          {
            header: 'Allocation site',
            minWidth: 16,
            shorten: shortenLeft,
            value: (row: GrowthRow) => (row.file === null ? '' : formatSite(row.file, row.line)),
          },
        ]
      : []),
    {align: 'right' as const, header: 'Shallow', value: (row: GrowthRow) => formatBytes(row.memsize)},
    {align: 'right' as const, header: 'Objects', value: (row: GrowthRow) => formatCount(row.objects)},
    {
      align: 'right' as const,
      dim: true,
      dropOrder: 1,
      header: 'Before',
      value: (row: GrowthRow) => formatCount(row.before.objects),
    },
    {
      align: 'right' as const,
      dim: true,
      dropOrder: 1,
      header: 'Now',
      value: (row: GrowthRow) => formatCount(row.now.objects),
    },
  ]
}
