// The analysis of one dump: what it is, what it adds up to, then the tables, then what to type next.
import {Box, Text} from 'ink'
import type {ReactNode} from 'react'
import type {AllocationSite} from '../../analysis/allocation-sites.js'
import type {ClassRow} from '../../analysis/classes.js'
import type {DuplicateString} from '../../analysis/duplicate-strings.js'
import type {GemRow} from '../../analysis/gems.js'
import type {AnalysisReport} from '../../analysis/report.js'
import {formatBytes, formatCount, formatShare, shortenLeft, shortenRight} from '../../units.js'
import {formatSite, printable} from '../site-label.js'
import {Generations} from './Generations.js'
import {NextCommands} from './NextCommands.js'
import {type Column, Table} from './Table.js'

type Props = {
  readonly report: AnalysisReport
  /** What the dump goes by: `d41 · ⬢ shop web.1`, a file's name. */
  readonly title: string
  readonly generation?: number | null
  readonly next: readonly string[]
  readonly width: number
}

export function Analysis({report, title, generation, next, width}: Props) {
  const of = shareOf(report)
  const limited = generation === undefined ? '' : ` of generation ${generation ?? 'nil'}`
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate-start">=== {printable(title)}</Text>
      <Text> </Text>
      <Summary report={report} />
      {report.dump.traced ? (
        <Section title="Alive, by the GC before which it was allocated">
          <Generations rows={report.generations} width={width} />
        </Section>
      ) : null}
      {report.allocationSites.length > 0 ? (
        <Section title={`Allocated at${limited}`}>
          <Table columns={siteColumns(of)} rows={report.allocationSites} width={width} />
        </Section>
      ) : null}
      {report.dump.traced && report.gems.length > 0 ? (
        <Section title={`Whose code${limited}`}>
          <Table columns={gemColumns(of)} rows={report.gems} width={width} />
        </Section>
      ) : null}
      {report.classes.length > 0 ? (
        <Section title={`Classes${limited}`}>
          <Table columns={classColumns(of)} rows={report.classes} width={width} />
        </Section>
      ) : null}
      {report.duplicateStrings.length > 0 ? (
        <Section title={`Equal strings${limited}`}>
          <Table columns={stringColumns} rows={report.duplicateStrings} width={width} />
        </Section>
      ) : null}
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}

function Summary({report}: {readonly report: AnalysisReport}) {
  const {dump, totals} = report
  const lost = dump.malformedLines - dump.recoveredLines
  const tracer = totals.tracerMemsize > 0 ? `, ${formatBytes(totals.tracerMemsize)} of it the allocation tracer's own` : ''
  return (
    <Box flexDirection="column" marginLeft={1}>
      <Text>
        <Text bold>{formatBytes(totals.memsize)}</Text> in {formatCount(totals.objects)} objects{tracer}
      </Text>
      <Text dimColor>
        {formatCount(totals.references)} references · dump of {formatBytes(dump.bytes)}
      </Text>
      {dump.truncated ? (
        <Text color="red">This dump is cut short: every number here is a lower bound.</Text>
      ) : null}
      {dump.malformedLines > 0 ? (
        <Text color="yellow">
          {lines(dump.malformedLines)} not as Ruby should print {dump.malformedLines === 1 ? 'it' : 'them'}:{' '}
          {lost === 0 ? 'all recovered' : `${formatCount(lost)} lost, their objects are not counted`}.
        </Text>
      ) : null}
      {dump.traced ? null : (
        <Text color="yellow">
          Not traced: where objects were allocated is unknown. heapdump:trigger --trace 5m records it.
        </Text>
      )}
    </Box>
  )
}

function Section({title, children}: {readonly title: string; readonly children: ReactNode}) {
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text bold> {title}</Text>
      {children}
    </Box>
  )
}

type ShareOf = (memsize: number) => number

/** Of all memory but the tracer's. */
function shareOf({totals}: AnalysisReport): ShareOf {
  const whole = Math.max(1, totals.memsize - totals.tracerMemsize)
  return memsize => memsize / whole
}

/** A tenth of the heap in one place is worth a look. */
function highlight(share: number): string | undefined {
  return share >= 0.1 ? 'yellow' : undefined
}

function siteColumns(of: ShareOf): ReadonlyArray<Column<AllocationSite>> {
  return [
    {header: 'Line', minWidth: 20, shorten: shortenLeft, value: row => formatSite(row.file, row.line)},
    {align: 'right', color: row => highlight(of(row.memsize)), header: 'Memory', value: row => formatBytes(row.memsize)},
    {align: 'right', dim: true, header: 'Share', value: row => formatShare(of(row.memsize))},
    {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
    {align: 'right', dim: true, dropOrder: 1, header: 'References', value: row => formatCount(row.references)},
  ]
}

function gemColumns(of: ShareOf): ReadonlyArray<Column<GemRow>> {
  return [
    {header: 'Code', minWidth: 16, value: row => row.name},
    {dim: true, dropOrder: 1, header: 'Kind', value: row => (row.kind === row.name || row.kind === 'unknown' ? '' : row.kind)},
    {align: 'right', header: 'Memory', value: row => formatBytes(row.memsize)},
    {align: 'right', dim: true, header: 'Share', value: row => formatShare(of(row.memsize))},
    {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  ]
}

function classColumns(of: ShareOf): ReadonlyArray<Column<ClassRow>> {
  return [
    {header: 'Class', minWidth: 20, value: row => printable(row.name)},
    {align: 'right', color: row => highlight(of(row.memsize)), header: 'Memory', value: row => formatBytes(row.memsize)},
    {align: 'right', dim: true, header: 'Share', value: row => formatShare(of(row.memsize))},
    {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
    {align: 'right', dim: true, dropOrder: 1, header: 'Each', value: row => formatBytes(row.memsize / row.objects)},
  ]
}

const stringColumns: ReadonlyArray<Column<DuplicateString>> = [
  {header: 'Text', minWidth: 16, value: row => `"${printable(shortenRight(row.value, 80))}"`},
  {align: 'right', header: 'Copies', value: row => formatCount(row.count)},
  {align: 'right', header: 'Wasted', value: row => formatBytes(row.wasted)},
  {
    dim: true,
    dropOrder: 1,
    header: 'Mostly at',
    minWidth: 16,
    shorten: shortenLeft,
    value: ({sites}) => (sites.length === 0 ? '' : formatSite(sites[0].file, sites[0].line)),
  },
]

function lines(count: number): string {
  return count === 1 ? '1 line is' : `${formatCount(count)} lines are`
}
