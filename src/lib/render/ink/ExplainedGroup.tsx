// Why the objects of a class or an allocation site are alive: their merged paths to root, their owners and their
// referrers.
import {Box} from 'ink'
import type {AlikeRow} from '../../analysis/objects/alike.js'
import type {GroupExplanation} from '../../analysis/explain/explain-group.js'
import {formatBytes, formatCount} from '../../units.js'
import {shortenLeft} from '../text-width.js'
import {formatSite} from '../site-label.js'
import {Generations} from './Generations.js'
import {MergedPaths} from './MergedPaths.js'
import {Section} from './Section.js'
import {linesBelow} from './ExplainedObject.js'
import {type Column, Table} from './Table.js'
import {Tree, type TreeLine} from './Tree.js'

type Props = {
  readonly group: GroupExplanation
  readonly width: number
  readonly withSites?: boolean
  readonly withClasses?: boolean
}

export function ExplainedGroup({group, width, withSites = false, withClasses = false}: Props) {
  return (
    <Box flexDirection="column">
      <Section
        title={
          group.reachableObjects === 1
            ? `Why ${withSites ? 'the instance' : 'it'} is alive`
            : `Why ${withSites ? 'the instances' : 'they'} are alive`
        }
        note="shortest paths to root, merged"
      >
        <MergedPaths paths={group.paths} width={width} />
      </Section>
      {group.main === null ? null : (
        <Section title={group.objects === 1 ? 'What it holds' : 'What the largest one holds'}>
          <Tree lines={mainLines(group.main)} width={width} />
        </Section>
      )}
      {group.owners.length > 1 ? (
        <Section title="Owners">
          <Table columns={ownerColumns} rows={group.owners} width={width} />
        </Section>
      ) : null}
      {group.holders.length > 0 ? (
        <Section title="Direct referrers">
          <Table columns={referrerColumns} rows={group.holders} width={width} />
        </Section>
      ) : null}
      {group.largest.length > 1 ? (
        <Section title="Largest by retained size">
          <Table columns={largestColumns} rows={group.largest} width={width} />
        </Section>
      ) : null}
      {withClasses ? (
        <Section title="Classes">
          <Table columns={classColumns} rows={group.classes} width={width} />
        </Section>
      ) : null}
      {withSites && group.sites.length > 0 ? (
        <Section title="Allocation sites">
          <Table columns={siteColumns} rows={group.sites} width={width} />
        </Section>
      ) : null}
      {group.generations.some(row => row.generation !== null) ? (
        <Section title="Live objects by generation">
          <Generations height={8} rows={group.generations} width={width} />
        </Section>
      ) : null}
    </Box>
  )
}

function mainLines(main: NonNullable<GroupExplanation['main']>): TreeLine[] {
  const {accumulatesIn, address, label, retainedSize} = main
  const mark = accumulatesIn?.address === address ? {mark: '← accumulates here'} : {}
  return [
    {bold: true, depth: 0, label, note: address, right: formatBytes(retainedSize), ...mark},
    ...linesBelow(main, 1),
  ]
}

const ownerColumns: ReadonlyArray<Column<GroupExplanation['owners'][number]>> = [
  {
    header: 'Owner',
    minWidth: 20,
    value: row => (row.owner === null ? 'a root, with no class or thread above' : row.owner),
  },
  {dim: true, dropOrder: 1, header: 'Address', value: row => row.address ?? ''},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]

const referrerColumns: ReadonlyArray<Column<AlikeRow>> = [
  {
    header: 'Referrer',
    minWidth: 20,
    value: row => (row.objects === 1 ? row.label : `${formatCount(row.objects)} × ${row.label}`),
  },
  {dim: true, header: 'Reference', value: row => row.reference ?? ''},
  {dim: true, dropOrder: 1, header: 'Address', value: row => (row.objects === 1 ? (row.addresses[0] ?? '') : '')},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
]

const largestColumns: ReadonlyArray<Column<GroupExplanation['largest'][number]>> = [
  {header: 'Object', minWidth: 20, value: row => row.label},
  {dim: true, header: 'Address', value: row => row.address},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
  {align: 'right', dim: true, dropOrder: 1, header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.retainedObjects)},
]

const classColumns: ReadonlyArray<Column<GroupExplanation['classes'][number]>> = [
  {header: 'Class', minWidth: 20, value: row => row.name},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]

const siteColumns: ReadonlyArray<Column<GroupExplanation['sites'][number]>> = [
  {header: 'Allocation site', minWidth: 20, shorten: shortenLeft, value: row => formatSite(row.file, row.line)},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]
