// Releases, dynos or processes side by side: the answer, the groups, and the owners that differ between them.
import {Box} from 'ink'
import {kindName} from '../../analysis/compare/dump-groups.js'
import type {GroupedTrend, GroupRow, OwnerOfGroups} from '../../analysis/compare/grouped-trend.js'
import type {CommandLine} from '../../command-line.js'
import {capitalized, formatBytes, formatCount, formatCounted} from '../../units.js'
import {formatFirstSite} from '../site-label.js'
import {sparkline} from '../sparkline.js'
import {NextCommands} from './NextCommands.js'
import {Paragraph} from './Paragraph.js'
import {Section} from './Section.js'
import {Sentences} from './Sentences.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = Omit<GroupedTrend, 'release' | 'unnamed'> & {
  readonly answer: readonly string[]
  readonly app: string | null
  readonly next: readonly CommandLine[]
  /** What was read, and what is missing. */
  readonly notes: readonly string[]
  readonly width: number
}

/** Of many releases, the last ones, and those around the one that brought it. */
const GROUPS_SHOWN = 12
const SPARKS = 20
const TITLES = {dyno: 'Dynos', process: 'Processes', release: 'Releases'} as const
const NOT_COMPARED =
  'Compared: live memory under owners of one name. Not compared: anonymous classes, which have no name, and allocation ' +
  'sites, because lines move when a file changes: those shown are of the newest dump.'

export function GroupedTrendScreen({answer, app, by, groups, kind, next, notes, otherKinds, owners, width}: Props) {
  const first = owners.find(({difference}) => difference !== null)
  const shown = shownGroups(groups, first?.difference?.groups[0] ?? null)
  const differing = owners.filter(({difference}) => difference !== null)
  const site = formatFirstSite(first?.sites ?? [])
  return (
    <Box flexDirection="column">
      <Text bold wrap="truncate">
        === Trend {app === null ? '' : `of ⬢ ${app} `}by {by} · {kindName(kind)}
      </Text>
      <Text> </Text>
      <Sentences sentences={answer} width={width}>
        {site === '' ? null : <Paragraph width={width - 1}>{`It is allocated at ${site}.`}</Paragraph>}
      </Sentences>
      {shown.length === 0 ? null : (
        <Section
          title={TITLES[by]}
          note={shown.length < groups.length ? `${shown.length} of ${groups.length}` : undefined}
        >
          <Table columns={groupColumns(by, first)} rows={shown} width={width} />
        </Section>
      )}
      {differing.length === 0 ? null : (
        <Section title="Owners that differ">
          <Table columns={ownerColumns(by, groups)} rows={differing} width={width} />
        </Section>
      )}
      <Box flexDirection="column" marginLeft={1} marginTop={1}>
        {[
          ...(groups.length > 1 ? [NOT_COMPARED] : []),
          ...(otherKinds.length === 0 ? [] : [`Other processes with summaries: ${otherKinds.slice(0, 5).join('; ')}.`]),
          ...notes,
        ].map(note => (
          <Paragraph key={note} dimColor width={width - 1}>
            {note}
          </Paragraph>
        ))}
      </Box>
      <Text> </Text>
      <NextCommands commands={next} width={width} />
    </Box>
  )
}

type Numbered = GroupRow & {readonly at: number}

function shownGroups(groups: readonly GroupRow[], brought: number | null): readonly Numbered[] {
  const numbered = groups.map((group, at) => ({...group, at}))
  const isNear = (at: number) => brought !== null && Math.abs(at - brought) <= 1
  return numbered.filter(({at}) => at >= groups.length - GROUPS_SHOWN || isNear(at))
}

const DYNOS: Column<Numbered> = {
  align: 'right',
  dropOrder: 2,
  header: 'Dynos',
  value: ({dynos}) => formatCount(dynos.length),
}

function groupColumns(by: GroupedTrend['by'], owner: OwnerOfGroups | undefined): ReadonlyArray<Column<Numbered>> {
  const brought = new Set(owner?.difference?.groups)
  const isHolding = ({at}: Numbered) => (brought.has(at) ? 'yellow' : undefined)
  return [
    {bold: true, color: isHolding, header: capitalized(by), minWidth: 15, value: ({name}) => name},
    {dropOrder: 1, header: 'First dump', value: ({since}) => since?.slice(0, 16).replace('T', ' ') ?? '–'},
    {align: 'right', header: 'Dumps', value: ({dumps}) => formatCount(dumps)},
    ...(by === 'dyno' ? [] : [DYNOS]),
    {align: 'right', header: 'Memory', value: ({memoryBytes}) => formatBytes(memoryBytes)},
    {align: 'right', header: 'Heap', value: ({heapBytes}) => formatBytes(heapBytes)},
    {align: 'right', dropOrder: 3, header: 'With leaks', value: ({leaks}) => formatCount(leaks)},
    ...(owner === undefined
      ? []
      : ([
          {align: 'right', color: isHolding, header: 'Holds', value: ({at}) => formatBytes(owner.memsizes[at] ?? null)},
          {align: 'right', header: 'Per hour', value: ({at}) => perHour(owner.perHour[at] ?? null)},
        ] satisfies ReadonlyArray<Column<Numbered>>)),
  ]
}

function ownerColumns(by: GroupedTrend['by'], groups: readonly GroupRow[]): ReadonlyArray<Column<OwnerOfGroups>> {
  const name = (at: number | null | undefined) => (at === null || at === undefined ? '' : (groups[at]?.name ?? ''))
  return [
    {bold: true, header: 'Owner', minWidth: 16, value: ({owner}) => owner},
    by === 'release'
      ? {header: 'Since', value: ({difference}) => name(difference?.groups[0])}
      : {header: 'On', minWidth: 8, value: ({difference}) => (difference?.groups ?? []).map(name).join(', ')},
    ...(by === 'release' ? [{dropOrder: 1, header: 'Gone', value: gone} as const] : []),
    {
      align: 'right',
      header: by === 'release' ? 'Before' : 'Others',
      value: one => formatBytes(one.difference?.before ?? null),
    },
    {align: 'right', bold: true, header: 'More', value: one => `+${formatBytes(one.difference?.memsize ?? null)}`},
    {dropOrder: 2, header: 'Trend', value: ({memsizes}) => sparkline(memsizes.slice(-SPARKS))},
    {align: 'right', dropOrder: 3, header: 'Leak in', value: ({leaks}) => formatCounted(leaks, 'dump')},
  ]
  function gone({difference}: OwnerOfGroups): string {
    return name(difference?.gone)
  }
}

function perHour(bytes: number | null): string {
  return bytes === null ? '–' : `${bytes > 0 ? '+' : ''}${formatBytes(bytes)}`
}
