// What grew between dumps: how much, below which owners and with what evidence, then the new objects in a table.
import {Box} from 'ink'
import type {CommandLine} from '../../command-line.js'
import type {GrowthReport, GrowthRow} from '../../analysis/compare/growth.js'
import {rateInWords} from '../../analysis/compare/rate.js'
import type {Verdict} from '../../analysis/report/verdict.js'
import {formatBytes, formatCount, formatDuration, formatObjects} from '../../units.js'
import {PROSE_WIDTH, shortenLeft} from '../text-width.js'
import {formatSite} from '../site-label.js'
import type {ReadSource} from '../source-lines.js'
import {Answer} from './Answer.js'
import {GrownParts} from './GrownParts.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {Section} from './Section.js'
import {AlsoLarge, Suspects} from './Suspects.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Dump = GrowthReport['dumps'][number] & {
  readonly name: string
  readonly release: string | null
  readonly dyno?: string | null
  readonly process?: string | null
}

/** `growth`: the rows that the app keeps. */
type Props = Omit<GrowthReport, 'dumps'> & {
  readonly dumps: readonly Dump[]
  /** From the first dump to the last. */
  readonly hours: number | null
  /** From the first dump to the second. With three dumps, the new objects appeared in this time. */
  readonly hoursToSecond: number | null
  readonly verdict: Verdict
  readonly next: CommandLine
  readonly source?: ReadSource
  readonly width: number
}

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
  kept,
  growth: rows,
  suspects,
  verdict: {sentences},
  next,
  source,
  width,
}: Props) {
  const rate = movement !== 'other-process' && kept.memsize > 0 ? rateInWords(kept.memsize, hoursToSecond) : null
  const grown = suspects.filter(({severity}) => severity !== 'low')
  const little = suspects.filter(({severity}) => severity === 'low')
  const proseWidth = Math.min(width, PROSE_WIDTH)
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        === {titleOf(dumps, hours)}
      </Text>
      <Answer sentences={sentences.slice(0, 1)} width={width} />
      {sentences.slice(1).map(sentence => (
        <Box key={sentence} marginLeft={1}>
          <Paragraph width={proseWidth - 1}>{sentence}</Paragraph>
        </Box>
      ))}
      {noteOf(comparedBy, movement, tracingRestarted, dumps).map(note => (
        <Box key={note} marginLeft={1}>
          <Paragraph color="yellow" width={proseWidth - 1}>
            {note}
          </Paragraph>
        </Box>
      ))}
      <Suspects hasRoom source={source} suspects={grown.slice(0, MAX_OWNERS)} width={proseWidth} />
      <AlsoLarge suspects={[...grown.slice(MAX_OWNERS), ...little].slice(0, MAX_OTHERS)} width={proseWidth} />
      <GrownParts dumps={dumps} width={width} />
      <Section title="Dumps">
        <Table columns={dumpColumns} rows={dumps} width={width} />
      </Section>
      {rows.length > 0 ? (
        <Section
          note={`${formatBytes(kept.memsize)} in ${gainedObjects(kept.objects, dumps.length, comparedBy)}${rate === null ? '' : `: ${rate}`}`}
          title={comparedBy === 'identity' ? 'New objects' : 'More than before'}
        >
          <Table columns={rowColumns(rows)} rows={rows} width={width} />
        </Section>
      ) : null}
      <Text> </Text>
      <NextCommands commands={[next]} width={width} />
    </Box>
  )
}

/** `d38 → d41 · web.1 · puma worker 0 · 3 h apart`. */
function titleOf(dumps: readonly Dump[], hours: number | null): string {
  // Dumps of two processes have nothing in common.
  const common = (['dyno', 'process'] as const).flatMap(field => {
    const values = new Set(dumps.map(dump => dump[field] ?? null))
    return values.size === 1 ? [...values].filter(value => value !== null) : []
  })
  const apart = hours === null ? [] : [`${formatDuration(hours * 3600)} apart`]
  return [dumps.map(dump => dump.name).join(' → '), ...common, ...apart].join(' · ')
}

function gainedObjects(objects: number, dumps: number, comparedBy: GrowthReport['comparedBy']): string {
  const counted = formatObjects(objects)
  if (comparedBy === 'counts')
    return dumps === 2 ? `${counted} more than before` : `${counted} more than in the first dump, in both later ones`
  if (dumps === 2) return `${formatCount(objects)} new ${objects === 1 ? 'object' : 'objects'}`
  return `${counted} that stayed`
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
