// The first page of an analysis: the dump, the verdict, the suspects, and what to do next. Fits on one screen.
import {Box} from 'ink'
import type {CommandLine, Target} from '../../command-line.js'
import type {ReactNode} from 'react'
import type {AnalysisReport} from '../../analysis/report/report.js'
import {verdictOf} from '../../analysis/report/verdict.js'
import {heapParts} from '../../analysis/report/heap-parts.js'
import {type GroupBytes, groupBytes, PART_GROUPS} from '../../analysis/tables/part-groups.js'
import type {Totals} from '../../analysis/tables/totals.js'
import {formatBytes, formatShare, formatShortCount} from '../../units.js'
import type {BarWords} from '../memory-bar.js'
import {GROUP_WORDS} from '../part-words.js'
import type {ReadSource} from '../source-lines.js'
import {PROSE_WIDTH, shortenLeft, widthOf} from '../text-width.js'
import {formatSite} from '../site-label.js'
import {DamageNotes} from './DamageNotes.js'
import {MemoryBar} from './MemoryBar.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {notTraced} from '../not-traced.js'
import {sparklineOfAmounts} from '../sparkline.js'
import {AlsoLarge, MoreSuspects, Suspects} from './Suspects.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  readonly report: AnalysisReport
  /** The dump's title: `d41 · ⬢ shop web.1`, or a file name. */
  readonly title: string
  readonly next: readonly CommandLine[]
  /** Flags that select the app or file that was dumped, for commands in hints. */
  readonly origin?: Target
  readonly width: number
  readonly verbose?: boolean
  readonly density?: Density | undefined
  readonly source?: ReadSource | undefined
  /** Tables to show below the first page. */
  readonly children?: ReactNode
}

/**
 * How much is shown: suspects with evidence (others get one line each), allocation sites per suspect, lines on large
 * objects, rows per table.
 */
export type Density = {
  readonly suspects: number
  readonly sites?: number | undefined
  readonly also: number
  readonly rows: number
  /** Leaves out the code at allocation sites. */
  readonly withoutCode?: boolean
  /** Leaves out the bar above the parts of the process's memory. */
  readonly withoutBar?: boolean
  /** Includes owners of next to nothing. */
  readonly all?: boolean
}

/** From most to least. The first one that fits the screen is used. */
export const DENSITIES: readonly [Density, ...Density[]] = [
  {also: 3, rows: 5, suspects: 3},
  {also: 3, rows: 3, suspects: 3},
  {also: 3, rows: 0, suspects: 3},
  {also: 3, rows: 0, suspects: 3, withoutCode: true},
  {also: 3, rows: 0, suspects: 2},
  {also: 3, rows: 0, suspects: 2, withoutCode: true},
  {also: 2, rows: 0, suspects: 1},
  {also: 2, rows: 0, sites: 1, suspects: 1},
  {also: 2, rows: 0, sites: 1, suspects: 1, withoutCode: true},
  {also: 2, rows: 0, sites: 1, suspects: 1, withoutBar: true, withoutCode: true},
]

/** For an explicit number of table rows (0: all), whether or not the page fits. */
export function densityOfRows(top: number): Density {
  return {...DENSITIES[0], all: true, rows: top === 0 ? Infinity : top}
}

/** For a piece of evidence on a page that hardly fits. */
const FEW_LINES = 2
/** Most suspects to mention. */
const MOST_SUSPECTS = 5
/** Owners below this share are shown only on request. */
const LEAST_SHARE = 0.001
/** From this width on, two tables go side by side. */
const WIDE = 100
const GAP = 3

export function FirstPage({
  report,
  title,
  next,
  origin = [],
  width,
  verbose = false,
  density = DENSITIES[0],
  source,
  children,
}: Props) {
  const proseWidth = Math.min(width, PROSE_WIDTH)
  const accused = report.suspects.filter(({severity}) => severity !== 'low')
  const others = report.suspects.filter(({severity}) => severity === 'low')
  return (
    <Box flexDirection="column" width={width}>
      <Text bold wrap="truncate-start">
        === {title}
      </Text>
      <Text> </Text>
      <Memory report={report} width={width} withBar={density.withoutBar !== true} />
      <DamageNotes dump={report.dump} width={proseWidth} />
      {report.dump.traced ? null : <Untraced origin={origin} />}
      <VerdictLine report={report} width={proseWidth} />
      <Suspects
        suspects={verbose ? accused : accused.slice(0, density.suspects)}
        sites={verbose ? undefined : density.sites}
        evidenceLines={density.withoutCode === true ? FEW_LINES : undefined}
        source={density.withoutCode === true ? undefined : source}
        verbose={verbose}
        width={proseWidth}
      />
      <MoreSuspects
        before={density.suspects}
        suspects={verbose ? [] : accused.slice(density.suspects, MOST_SUSPECTS)}
        width={proseWidth}
      />
      <AlsoLarge suspects={verbose ? others : others.slice(0, density.also)} width={proseWidth} />
      {verbose ? null : <Survivors report={report} width={width} />}
      {children ?? (density.rows === 0 ? null : <Tables density={density} report={report} width={width} />)}
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}

/** The words for what a dump shows of a process, if the agent recorded nothing. */
const DUMP_WORDS: BarWords = {
  agent: {name: 'tracer', short: 'tracer'},
  native: {name: "outside Ruby's heap", short: 'outside Ruby'},
  objects: GROUP_WORDS.objects,
  slots: {name: 'garbage', short: 'garbage'},
}

/** The agent is no part of the app: its bytes are in the rest, unless they are the tracer's. */
function recordedWords({tracerMemsize}: Totals): BarWords {
  const {agent: _, ...others} = GROUP_WORDS
  return tracerMemsize > 0 ? {...others, agent: {name: 'tracer', short: 'tracer'}} : others
}

const SHARES = '   shares are of live memory'
const NOTHING = Object.fromEntries(PART_GROUPS.map(group => [group, 0])) as GroupBytes

/** What the process consists of: one bar that adds up. Shares are of the live memory in it. */
function Memory({
  report: {dump, memory, process, totals},
  width,
  withBar,
}: {
  readonly report: AnalysisReport
  readonly width: number
  readonly withBar: boolean
}) {
  const processBytes = process?.rssBytes ?? memory.processBytes
  const {garbage, live, ours, outside} = heapParts(dump, totals)
  // Of what a dump shows, a line without the bar says as much.
  const hasBar = process !== null || (outside !== null && withBar)
  const dumped = {...NOTHING, agent: ours, native: outside ?? 0, objects: live, slots: garbage}
  const beside = [
    ...(garbage > 0 ? [`${formatBytes(garbage)} garbage`] : []),
    ...(ours > 0 && totals.tracerMemsize > 0 ? [`${formatBytes(ours)} tracer`] : []),
  ]
  const before = processBytes === null ? ' ' : ` ${formatBytes(processBytes)} process   `
  const bold = `${formatBytes(live)} live`
  const rest = [
    ` in ${formatShortCount(totals.aliveObjects)} objects`,
    processBytes === null && beside.length > 0 ? `   ${beside.join(', ')}` : '',
    hasBar || outside === null ? '' : `   ${formatBytes(outside)} outside Ruby's heap`,
  ].join('')
  const hasRoom = widthOf(before + bold + rest + SHARES) <= width
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">
        {before}
        <Text bold>{bold}</Text>
        {rest}
        {hasRoom ? <Text dimColor>{SHARES}</Text> : null}
      </Text>
      {!hasBar ? null : (
        <MemoryBar
          bytes={process === null ? dumped : groupBytes(process)}
          width={width}
          withBar={withBar}
          words={process === null ? DUMP_WORDS : recordedWords(totals)}
        />
      )}
    </Box>
  )
}

function Untraced({origin}: {readonly origin: Target}) {
  return (
    <Box marginLeft={1}>
      <Text dimColor>{notTraced(origin)}</Text>
    </Box>
  )
}

const LABEL = ' Verdict  '

function VerdictLine({report, width}: {readonly report: AnalysisReport; readonly width: number}) {
  const {healthy, sentences} = verdictOf(report)
  return (
    <Box>
      <Box flexShrink={0}>
        <Text bold color={healthy ? 'green' : 'red'}>
          {LABEL}
        </Text>
      </Box>
      <Paragraph width={width - LABEL.length}>{sentences.join(' ')}</Paragraph>
    </Box>
  )
}

function Survivors({report: {dump, survivors}, width}: {readonly report: AnalysisReport; readonly width: number}) {
  const traced = survivors.filter(({generation}) => generation !== null)
  const [oldest] = traced
  const newest = traced.at(-1)
  if (!dump.traced || oldest === undefined || newest === undefined || oldest === newest) return null
  return (
    <Box marginTop={1} width={width}>
      <Text wrap="truncate">
        {' '}
        {'Live objects by generation   '}
        <Text dimColor>GC {oldest.generation}</Text>{' '}
        {sparklineOfAmounts(
          traced.map(({memsize}) => memsize),
          Math.min(40, width - 48),
        )}{' '}
        <Text dimColor>GC {newest.generation}, now</Text>
      </Text>
    </Box>
  )
}

type Row = {readonly name: string; readonly bytes: number; readonly objects: number}

function Tables({
  density: {all = false, rows},
  report,
  width,
}: {
  readonly density: Density
  readonly report: AnalysisReport
  readonly width: number
}) {
  const alive = Math.max(1, report.totals.aliveMemsize)
  const owners = report.heldBy
    .filter(({aliveRetainedSize}) => all || aliveRetainedSize >= alive * LEAST_SHARE)
    .slice(0, rows)
    .map(({aliveRetainedSize, label, retainedObjects}) => ({
      bytes: aliveRetainedSize,
      name: label,
      objects: retainedObjects,
    }))
  const sites = (report.allocatedAt ?? []).slice(0, rows).map(({file, line, aliveMemsize, aliveObjects}) => ({
    bytes: aliveMemsize,
    name: formatSite(file, line),
    objects: aliveObjects,
  }))
  const sideBySide = width >= WIDE && sites.length > 0
  const tableWidth = sideBySide ? Math.floor((width - GAP) / 2) : width
  return (
    <Box flexDirection={sideBySide ? 'row' : 'column'} gap={sideBySide ? GAP : 0} width={width}>
      <Box flexDirection="column" marginTop={1} width={tableWidth}>
        <Table columns={columns('Owner', 'Retained', alive)} rows={owners} width={tableWidth} />
      </Box>
      {sites.length > 0 ? (
        <Box flexDirection="column" marginTop={1} width={tableWidth}>
          <Table columns={columns('Allocation site', 'Shallow', alive)} rows={sites} width={tableWidth} />
        </Box>
      ) : null}
    </Box>
  )
}

function columns(title: string, size: string, whole: number): ReadonlyArray<Column<Row>> {
  return [
    {header: title, minWidth: 16, shorten: shortenLeft, value: ({name}) => name},
    {align: 'right', header: size, value: ({bytes}) => formatBytes(bytes)},
    {align: 'right', dim: true, header: 'Share', value: ({bytes}) => formatShare(bytes / whole)},
    {align: 'right', dropOrder: 1, header: 'Objects', value: ({objects}) => formatShortCount(objects)},
  ]
}
