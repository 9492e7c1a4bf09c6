// Why the objects of a class or of a line of code are alive: their ways to the roots, laid over each other, and whose they are.
import {Box} from 'ink'
import type {AlikeRow} from '../../analysis/objects/alike.js'
import type {GroupExplanation} from '../../analysis/explain/explain-group.js'
import {formatBytes, formatCount} from '../../units.js'
import {shortenLeft} from '../text-width.js'
import {formatSite} from '../site-label.js'
import {Generations} from './Generations.js'
import {MergedPaths} from './MergedPaths.js'
import {Section} from './Section.js'
import {type Column, Table} from './Table.js'
import {Text} from './Text.js'

type Props = {
  readonly group: GroupExplanation
  readonly width: number
  readonly withSites?: boolean
  readonly withClasses?: boolean
}

export function ExplainedGroup({group, width, withSites = false, withClasses = false}: Props) {
  const garbage = group.objects - group.reachableObjects
  return (
    <Box flexDirection="column">
      <Section
        title={
          group.reachableObjects === 1
            ? `Why ${withSites ? 'the instance' : 'it'} is alive`
            : `Why ${withSites ? 'the instances' : 'they'} are alive`
        }
        note="shortest ways from the roots, merged"
      >
        <MergedPaths paths={group.paths} width={width} />
      </Section>
      <Text>
        {' '}
        Freed if {group.objects === 1 ? 'it' : 'all'} went: <Text bold>{formatBytes(group.retainedSize)}</Text>,{' '}
        {formatCount(group.retainedObjects)} {group.retainedObjects === 1 ? 'object' : 'objects'}
        {garbage > 0 ? (
          <Text dimColor>
            ; {formatCount(garbage)} more {garbage === 1 ? 'is' : 'are'} garbage
          </Text>
        ) : null}
      </Text>
      {group.owners.length > 0 ? (
        <Section title="Owned by">
          <Table columns={ownerColumns} rows={group.owners} width={width} />
        </Section>
      ) : null}
      {group.holders.length > 0 ? (
        <Section title="Held directly by">
          <Table columns={holderColumns} rows={group.holders} width={width} />
        </Section>
      ) : null}
      {group.largest.length > 1 ? (
        <Section title="Those that retain most">
          <Table columns={largestColumns} rows={group.largest} width={width} />
        </Section>
      ) : null}
      {withClasses ? (
        <Section title="Classes">
          <Table columns={classColumns} rows={group.classes} width={width} />
        </Section>
      ) : null}
      {withSites && group.sites.length > 0 ? (
        <Section title="Allocated at">
          <Table columns={siteColumns} rows={group.sites} width={width} />
        </Section>
      ) : null}
      {group.generations.some(row => row.generation !== null) ? (
        <Section title="Alive, by the GC after which it was allocated">
          <Generations height={8} rows={group.generations} width={width} />
        </Section>
      ) : null}
    </Box>
  )
}

const ownerColumns: ReadonlyArray<Column<GroupExplanation['owners'][number]>> = [
  {
    header: 'Owner',
    minWidth: 20,
    value: row => (row.owner === null ? 'a root, without a class or thread above' : row.owner),
  },
  {dim: true, dropOrder: 1, header: 'Address', value: row => row.address ?? ''},
  {align: 'right', header: 'Memory', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]

const holderColumns: ReadonlyArray<Column<AlikeRow>> = [
  {
    header: 'Holder',
    minWidth: 20,
    value: row => (row.objects === 1 ? row.label : `${formatCount(row.objects)} × ${row.label}`),
  },
  {dim: true, header: 'How', value: row => row.reference ?? ''},
  {dim: true, dropOrder: 1, header: 'Address', value: row => (row.objects === 1 ? (row.addresses[0] ?? '') : '')},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
]

const largestColumns: ReadonlyArray<Column<GroupExplanation['largest'][number]>> = [
  {header: 'Object', minWidth: 20, value: row => row.label},
  {dim: true, header: 'Address', value: row => row.address},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
  {align: 'right', dim: true, dropOrder: 1, header: 'Own', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.retainedObjects)},
]

const classColumns: ReadonlyArray<Column<GroupExplanation['classes'][number]>> = [
  {header: 'Class', minWidth: 20, value: row => row.name},
  {align: 'right', header: 'Memory', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]

const siteColumns: ReadonlyArray<Column<GroupExplanation['sites'][number]>> = [
  {header: 'Line', minWidth: 20, shorten: shortenLeft, value: row => formatSite(row.file, row.line)},
  {align: 'right', header: 'Memory', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
]
