// What grew from one dump to another: how much, under which owners, with the evidence; then the new objects in a table.
import {Box, Text} from 'ink'
import type {GrowthReport, GrowthRow} from '../../analysis/diff/growth.js'
import type {Suspect} from '../../analysis/suspects/finding.js'
import {formatBytes, formatCount, formatDuration, formatShare, shortenLeft} from '../../units.js'
import {formatSite, printable} from '../site-label.js'
import {type Column, Table} from './Table.js'

type Props = Omit<GrowthReport, 'dumps'> & {
  readonly dumps: ReadonlyArray<GrowthReport['dumps'][number] & {readonly name: string; readonly release: string | null}>
  /** From the first dump to the last. */
  readonly hours: number | null
  readonly next: string
  readonly width: number
}

type Dump = Props['dumps'][number]

/** Owners in full; the others are in the table. */
const MAX_OWNERS = 5

const COLOURS = {high: 'red', low: undefined, medium: 'yellow'} as const

export function Growth({dumps, hours, comparedBy, movement, tracingRestarted, totals, growth, suspects, next, width}: Props) {
  const age = hours === null ? '' : `, ${formatDuration(hours * 3600)} apart`
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        === {dumps.map(dump => printable(dump.name)).join(' → ')}
        {age}
      </Text>
      <Text> </Text>
      <Table columns={dumpColumns} rows={dumps} width={width} />
      <Text> </Text>
      <Text>
        {' '}
        <Text bold>{formatBytes(totals.memsize)}</Text> in {formatCount(totals.objects)} objects {whatCounts(dumps.length, comparedBy)}
        {hours === null || hours <= 0 ? '' : `: ${formatBytes(totals.memsize / hours)} an hour`}
      </Text>
      {noteOf(comparedBy, movement, tracingRestarted, dumps).map(note => (
        <Box key={note} marginLeft={1}>
          <Text color="yellow">{note}</Text>
        </Box>
      ))}
      {suspects.length === 0 ? <Text> Verdict  nobody holds noticeably more than before.</Text> : null}
      {suspects.slice(0, MAX_OWNERS).map((suspect, at) => (
        <Owner key={suspect.owner} number={at + 1} suspect={suspect} width={width} />
      ))}
      {suspects.length > MAX_OWNERS ? (
        <Text dimColor>
          {' '}
          {formatCount(suspects.length - MAX_OWNERS)} more that grew by less: {suspects.slice(MAX_OWNERS, MAX_OWNERS + 3).map(one => printable(one.owner)).join(', ')}
          {suspects.length > MAX_OWNERS + 3 ? ', …' : ''}
        </Text>
      ) : null}
      {growth.length > 0 ? (
        <Box flexDirection="column" marginTop={1}>
          <Text bold> {comparedBy === 'identity' ? 'New objects' : 'More than before'}</Text>
          <Table columns={rowColumns(growth)} rows={growth} width={width} />
        </Box>
      ) : null}
      <Text> </Text>
      <Text>
        {' '}
        Next: <Text bold>{next}</Text>
      </Text>
    </Box>
  )
}

function Owner({suspect, number, width}: {readonly suspect: Suspect; readonly number: number; readonly width: number}) {
  const share = `${suspect.severity === 'low' ? '' : `${suspect.severity}, `}${formatShare(suspect.share)} of the heap`
  const title = printable(suspect.title)
  const steps = suspect.path.map(step => printable(step.label))
  const shown = steps.slice(Math.max(0, steps.findIndex(step => step.startsWith(`${suspect.owner} (`))))
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text wrap="truncate">
        {' '}
        <Text bold color={COLOURS[suspect.severity]}>
          {number} {title}
        </Text>
        <Text dimColor>{share.padStart(width - title.length - 4 - String(number).length)}</Text>
      </Text>
      <Box flexDirection="column" marginLeft={3}>
        {shown.length > 0 ? <Text wrap="truncate">{shortenLeft(shown.join(' → '), width - 4)}</Text> : null}
        {suspect.evidence.map(line => (
          <Text key={line} dimColor>
            {printable(line)}
          </Text>
        ))}
        {suspect.sites.length > 0 ? <Text>allocated at  {suspect.sites.map(({file, line}) => formatSite(file, line)).join(', ')}</Text> : null}
        <Text>→ {suspect.advice}</Text>
      </Box>
    </Box>
  )
}

function whatCounts(dumps: number, comparedBy: GrowthReport['comparedBy']): string {
  if (comparedBy === 'counts') return 'more than before'
  return dumps === 2 ? 'that were not there before' : 'that were not in the first, and are in both others'
}

function noteOf(comparedBy: GrowthReport['comparedBy'], movement: GrowthReport['movement'], tracingRestarted: boolean, dumps: readonly Dump[]): string[] {
  const notes: string[] = []
  if (movement === 'compacted') notes.push('The heap was compacted in between, so objects have other addresses: compared by number per class, line and owner.')
  if (movement === 'other-process') notes.push('Not one process, or it was restarted in between: compared by number per class, line and owner.')
  if (tracingRestarted) notes.push('Tracing was ended in between: objects that had a line and have none now count as the same.')
  if (comparedBy === 'identity' && !dumps[0].traced) {
    notes.push('Not traced: an object in the place of one of its own class passes for that one, so some may be missing here.')
  }

  return notes
}

const dumpColumns: ReadonlyArray<Column<Dump>> = [
  {bold: true, header: 'Dump', minWidth: 12, shorten: shortenLeft, value: dump => printable(dump.name)},
  {align: 'right', header: 'Process', value: dump => formatBytes(dump.processBytes)},
  {align: 'right', header: 'Heap', value: dump => formatBytes(dump.totals.memsize)},
  {align: 'right', header: 'Objects', value: dump => formatCount(dump.totals.objects)},
  {header: 'Traced', value: dump => (dump.traced ? 'yes' : 'no')},
  {dropOrder: 1, header: 'Release', value: dump => dump.release ?? '–'},
]

function rowColumns(rows: readonly GrowthRow[]): ReadonlyArray<Column<GrowthRow>> {
  const traced = rows.some(row => row.file !== null)
  return [
    {header: 'Held by', minWidth: 14, value: row => printable(row.owner)},
    {header: 'Class', minWidth: 12, value: row => printable(row.className)},
    ...(traced ? [{header: 'Allocated at', minWidth: 16, shorten: shortenLeft, value: (row: GrowthRow) => (row.file === null ? '' : formatSite(row.file, row.line))}] : []),
    {align: 'right' as const, header: 'Memory', value: (row: GrowthRow) => formatBytes(row.memsize)},
    {align: 'right' as const, header: 'Objects', value: (row: GrowthRow) => formatCount(row.objects)},
    {align: 'right' as const, dim: true, dropOrder: 1, header: 'Before', value: (row: GrowthRow) => formatCount(row.before.objects)},
    {align: 'right' as const, dim: true, dropOrder: 1, header: 'Now', value: (row: GrowthRow) => formatCount(row.now.objects)},
  ]
}
