// A process over several dumps: what grows, its memory over time, then the growth by owner, by class and by allocation site.
import {Box} from 'ink'
import {canBeProposed, flag, herokuCommand, shellWord, type Target} from '../../command-line.js'
import {verdictOfTrend} from '../../analysis/compare/compared-verdict.js'
import type {TrendReport} from '../../analysis/compare/trend-report.js'
import type {TrendRow} from '../../analysis/compare/trend.js'
import {formatBytes, formatCount, formatDuration, formatSigned, formatTime} from '../../units.js'
import {shortenLeft} from '../text-width.js'
import {drawMemory, type MemoryPoint} from '../memory-chart.js'
import {formatSite} from '../site-label.js'
import {extremes, sparkline} from '../sparkline.js'
import {Answer} from './Answer.js'
import {GrownParts} from './GrownParts.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {Section} from './Section.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = Omit<TrendReport, 'dumps' | 'memory'> & {
  readonly app: string | null
  readonly dumps: ReadonlyArray<Omit<TrendReport['dumps'][number], 'key' | 'truncated'>>
  readonly memory: ReadonlyArray<Omit<TrendReport['memory'][number], 'id'>>
  readonly target: Target
  readonly width: number
}

const CHART_HEIGHT = 6
const AXIS_WIDTH = 9

export function TrendScreen({
  app,
  dyno,
  process,
  otherProcesses,
  memory,
  samples,
  dumps,
  hours,
  memoryPerHour,
  heapPerHour,
  memoryGrowth,
  owners,
  classes,
  sites,
  target,
  width,
}: Props) {
  const title = [app === null ? null : `⬢ ${app}`, dyno, process === null ? null : `· ${process}`]
    .filter(Boolean)
    .join(' ')
  const verdict = verdictOfTrend({dumps, heapPerHour, hours, memoryGrowth, memoryPerHour, owners})
  const first = dumps[0]
  const last = dumps.at(-1)
  const next =
    first === undefined || last === undefined
      ? herokuCommand('heapdump:trigger', [], [...flag('--dyno', dyno), ...target])
      : herokuCommand('heapdump:diff', [first.id, last.id], target)
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        === Trend of {title}
      </Text>
      <Answer sentences={verdict} width={width} />
      <Text> </Text>
      <Memory memory={memory} samples={samples} width={width} />
      {first === undefined || last === undefined ? null : (
        <Box flexDirection="column" marginLeft={1}>
          <Text wrap="truncate">
            {formatCount(dumps.length)} dumps of one process within {formatDuration(hours * 3600)}, {first.id} …{' '}
            {last.id}
          </Text>
          {memoryPerHour === null ? null : (
            <Rate name="Memory" from={first.memoryBytes} to={last.memoryBytes} perHour={memoryPerHour} />
          )}
          <DuringDumps first={first.growth} last={last.growth} />
          {heapPerHour === null ? null : (
            <Rate name="Alive " from={first.memsize} to={last.memsize} perHour={heapPerHour} />
          )}
          {memoryGrowth === null || verdict.includes(memoryGrowth.text) ? null : (
            <Paragraph width={width - 1}>{memoryGrowth.text}</Paragraph>
          )}
        </Box>
      )}
      <GrownParts dumps={dumps} width={width} />
      {owners.length === 0 ? null : (
        <Section title="Growth by owner">
          <Table
            columns={[{header: 'Owner', minWidth: 20, value: row => row.owner}, ...growthColumns(dumps.length)]}
            rows={owners}
            width={width}
          />
        </Section>
      )}
      {classes.length === 0 ? null : (
        <Section title="Growth by class">
          <Table
            columns={[{header: 'Class', minWidth: 20, value: row => row.className}, ...growthColumns(dumps.length)]}
            rows={classes}
            width={width}
          />
        </Section>
      )}
      {sites.length === 0 ? null : (
        <Section title="Growth by allocation site">
          <Table
            columns={[
              {
                header: 'Allocation site',
                minWidth: 20,
                shorten: shortenLeft,
                value: row => formatSite(row.file, row.line),
              },
              ...growthColumns(dumps.length),
            ]}
            rows={sites}
            width={width}
          />
        </Section>
      )}
      {otherProcesses.length > 0 ? (
        <Box marginLeft={1} marginTop={1}>
          <Text dimColor>
            Other processes on {dyno}:{' '}
            {otherProcesses
              .map(name => flag('--process', name))
              .filter(canBeProposed)
              .map(words => words.map(shellWord).join(' '))
              .join(', ')}
          </Text>
        </Box>
      ) : null}
      <Text> </Text>
      <NextCommands commands={[next]} width={width} />
    </Box>
  )
}

function Memory({memory, samples, width}: Pick<Props, 'memory' | 'samples' | 'width'>) {
  const dumped = memory.flatMap(({createdAt, memoryBytes, pid, release}) =>
    memoryBytes === null ? [] : [{bytes: memoryBytes, run: `${pid} ${release}`, timeMs: Date.parse(createdAt)}],
  )
  const recorded = samples.map(({at, memoryBytes, pid, release}) => ({
    bytes: memoryBytes,
    isSample: true,
    run: `${pid} ${release}`,
    timeMs: Date.parse(at),
  }))
  const points: MemoryPoint[] = [...dumped, ...recorded].toSorted((a, b) => a.timeMs - b.timeMs)
  if (points.length === 0) return <Text dimColor> These dumps do not record process memory.</Text>
  const chartWidth = Math.min(100, width - AXIS_WIDTH - 3)
  const {axis, lines, restarts, leastBytes, mostBytes} = drawMemory(points, chartWidth, CHART_HEIGHT)
  const labelOf = (line: number) =>
    line === 0 ? formatBytes(mostBytes) : line === lines.length - 1 ? formatBytes(leastBytes) : ''
  const [start, end] = extremes(points.map(point => point.timeMs))
  const [from, to] = [formatTime(start), formatTime(end)]
  return (
    <Box flexDirection="column" marginBottom={1} marginLeft={1}>
      <Text bold>Process memory (┴ marks a dump)</Text>
      {lines.map((line, at) => (
        <Text key={at}>
          <Text dimColor>
            {labelOf(at).padStart(AXIS_WIDTH)} {at === 0 ? '┐' : '│'}
          </Text>
          {line}
        </Text>
      ))}
      <Text dimColor>
        {' '.repeat(AXIS_WIDTH + 1)}└{axis}
      </Text>
      {restarts === '' ? null : (
        <Text color="yellow">
          {' '.repeat(AXIS_WIDTH + 2)}
          {restarts}
          {'  restart or deploy'}
        </Text>
      )}
      <Text dimColor>
        {' '.repeat(AXIS_WIDTH + 2)}
        {from}
        {from === to ? '' : to.padStart(chartWidth - from.length)}
      </Text>
    </Box>
  )
}

type Growth = TrendReport['dumps'][number]['growth']

/** Growth that dumping may have caused, rather than the app. */
function DuringDumps({first, last}: {readonly first: Growth; readonly last: Growth}) {
  if (first === null || last === null) return null
  return (
    <Text dimColor>
      {'        '}
      {formatBytes(Math.max(0, last.whileDumping - first.whileDumping))} of that during dumps
    </Text>
  )
}

function Rate({
  name,
  from,
  to,
  perHour,
}: {
  readonly name: string
  readonly from: number | null
  readonly to: number | null
  readonly perHour: number
}) {
  return (
    <Text>
      {name}
      {'  '}
      {formatBytes(from)} → {formatBytes(to)}:{' '}
      <Text bold color={perHour > 0 ? 'yellow' : undefined}>
        {perHour > 0 ? '+' : ''}
        {formatBytes(perHour)} an hour
      </Text>
    </Text>
  )
}

function growthColumns(dumps: number): ReadonlyArray<Column<TrendRow>> {
  return [
    {header: 'Trend', value: row => sparkline(row.memsizes)},
    {align: 'right', bold: true, header: 'Per hour', value: row => `+${formatBytes(row.memsizePerHour)}`},
    {align: 'right', header: 'First', value: row => formatBytes(row.memsizes[0] ?? null)},
    {align: 'right', header: 'Last', value: row => formatBytes(row.memsizes.at(-1) ?? null)},
    {
      align: 'right',
      dropOrder: 1,
      header: 'Objects',
      // Memory may grow while the number of objects falls.
      value: row => formatSigned(Math.round((row.objects.at(-1) ?? 0) - (row.objects[0] ?? 0)), formatCount),
    },
    {align: 'right', dim: true, dropOrder: 2, header: 'Grew in', value: row => `${row.grew} of ${dumps - 1}`},
  ]
}
