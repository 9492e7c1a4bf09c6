// The first page of an analysis: what this dump is, how healthy, who is to blame, and where to look next. Fits a screen.
import {Box} from 'ink'
import type {CommandLine} from '../../command-line.js'
import type {ReactNode} from 'react'
import type {AnalysisReport} from '../../analysis/report/report.js'
import {verdictOf} from '../../analysis/report/verdict.js'
import {formatBytes, formatShare, formatShortCount} from '../../units.js'
import {shortenLeft} from '../text-width.js'
import {formatSite} from '../site-label.js'
import {DamageNotes} from './DamageNotes.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {sparklineOfAmounts} from '../sparkline.js'
import {AlsoLarge, MoreSuspects, Suspects} from './Suspects.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  readonly report: AnalysisReport
  /** What the dump goes by: `d41 · ⬢ shop web.1`, a file's name. */
  readonly title: string
  readonly next: readonly CommandLine[]
  readonly width: number
  readonly verbose?: boolean
  readonly density?: Density | undefined
  /** Tables below the first page, when they are asked for. */
  readonly children?: ReactNode
}

/** How much of it is told: suspects with their evidence (the others have a line each) and fewer lines of code than usual, lines about what is large, rows a table. */
export type Density = {
  readonly suspects: number
  readonly sites?: number | undefined
  readonly also: number
  readonly rows: number
  /** Holders of next to nothing too. */
  readonly all?: boolean
}

/** Most first: the first one that fits the screen is shown. */
export const DENSITIES: readonly [Density, ...Density[]] = [
  {also: 3, rows: 5, suspects: 3},
  {also: 3, rows: 3, suspects: 3},
  {also: 3, rows: 0, suspects: 3},
  {also: 3, rows: 0, suspects: 2},
  {also: 2, rows: 0, suspects: 1},
  {also: 2, rows: 0, sites: 1, suspects: 1},
]

/** The one in which each table has as many rows as were asked for (0: all), whether or not it fits. */
export function densityOfRows(top: number): Density {
  return {...DENSITIES[0], all: true, rows: top === 0 ? Infinity : top}
}

/** Suspects that are told at all. */
const MOST_SUSPECTS = 5
/** Of a holder that is worth a line nobody asked for. */
const LEAST_SHARE = 0.001
/** Two tables stand side by side from this width on. */
const WIDE = 100
const GAP = 3

export function FirstPage({report, title, next, width, verbose = false, density = DENSITIES[0], children}: Props) {
  const accused = report.suspects.filter(({severity}) => severity !== 'low')
  const others = report.suspects.filter(({severity}) => severity === 'low')
  return (
    <Box flexDirection="column" width={width}>
      <Text bold wrap="truncate-start">
        === {title}
      </Text>
      <Text> </Text>
      <Memory report={report} width={width} />
      <DamageNotes dump={report.dump} width={width} />
      {report.dump.traced ? null : <Untraced />}
      <VerdictLine report={report} width={width} />
      <Suspects
        suspects={verbose ? accused : accused.slice(0, density.suspects)}
        sites={verbose ? undefined : density.sites}
        verbose={verbose}
        width={width}
      />
      <MoreSuspects
        before={density.suspects}
        suspects={verbose ? [] : accused.slice(density.suspects, MOST_SUSPECTS)}
        width={width}
      />
      <AlsoLarge suspects={verbose ? others : others.slice(0, density.also)} width={width} />
      {verbose ? null : <Survivors report={report} width={width} />}
      {children ?? (density.rows === 0 ? null : <Tables density={density} report={report} width={width} />)}
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}

/**
 * Heap and what is outside of it are the process; what is alive is what all shares are of. Where a line has no room for
 * all of it, the objects' number is the least of it, then the tracer.
 */
function Memory({report: {memory, totals}, width}: {readonly report: AnalysisReport; readonly width: number}) {
  const before = memory.processBytes === null ? ' ' : ` ${formatBytes(memory.processBytes)} process   `
  const heap = formatBytes(memory.heapBytes)
  const objects = ` in ${formatShortCount(totals.objects)} objects`
  const alive = `, ${formatBytes(totals.aliveMemsize)} alive`
  const tracer = totals.tracerMemsize > 0 ? `, ${formatBytes(totals.tracerMemsize)} the tracer` : ''
  const after =
    memory.outsideBytes === null || memory.outsideBytes === 0
      ? ''
      : `   ${formatBytes(memory.outsideBytes)} outside the heap`
  const told =
    [`${objects}${alive}${tracer}`, ` heap${alive}${tracer}`].find(
      words => `${before}${heap}${words}${after}`.length <= width,
    ) ?? ` heap${alive}`
  return (
    <Text wrap="truncate">
      {before}
      <Text bold>{heap}</Text>
      {told}
      {after}
    </Text>
  )
}

function Untraced() {
  return (
    <Box marginLeft={1}>
      <Text dimColor wrap="truncate">
        Not traced, so no lines of code: heapdump:trigger --trace 5m records them.
      </Text>
    </Box>
  )
}

const LABEL = ' Verdict  '

function VerdictLine({report, width}: {readonly report: AnalysisReport; readonly width: number}) {
  const {healthy, sentences} = verdictOf(report)
  return (
    <Box width={width}>
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
        {'Alive, by the GC after which it was allocated   '}
        <Text dimColor>GC {oldest.generation}</Text>{' '}
        {sparklineOfAmounts(
          traced.map(({memsize}) => memsize),
          Math.min(40, width - 67),
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
  const held = report.heldBy
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
        <Table columns={columns('Held by', 'Retained', alive)} rows={held} width={tableWidth} />
      </Box>
      {sites.length > 0 ? (
        <Box flexDirection="column" marginTop={1} width={tableWidth}>
          <Table columns={columns('Allocated at', 'Memory', alive)} rows={sites} width={tableWidth} />
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
