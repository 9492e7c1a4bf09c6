// Arrays, hashes and strings: the largest, those with unused capacity, and empty ones.
import {Box} from 'ink'
import type {CollectionRow, EmptyRow} from '../../../analysis/tables/collections.js'
import {formatBytes, formatCount, formatObjects} from '../../../units.js'
import {shortenLeft} from '../../text-width.js'
import {formatSite} from '../../site-label.js'
import {Section} from '../Section.js'
import {type Column, Table} from '../Table.js'
import type {SectionProps} from './props.js'
import {Text} from '../Text.js'

export function Collections({report, width}: SectionProps) {
  const {largest, oversized, unused, empty, emptyObjects, emptyMemsize} = report.collections
  return (
    <Box flexDirection="column">
      {largest.length > 0 ? (
        <Section title="Most elements">
          <Table columns={largestColumns} rows={largest} width={width} />
        </Section>
      ) : null}
      {oversized.length > 0 ? (
        <Section note={`${formatBytes(unused)} in total`} title="Unused capacity">
          <Table columns={oversizedColumns} rows={oversized} width={width} />
        </Section>
      ) : null}
      {empty.length > 0 ? (
        <Section note={`${formatObjects(emptyObjects)}, ${formatBytes(emptyMemsize)}`} title="Empty">
          <Table columns={emptyColumns} rows={empty} width={width} />
        </Section>
      ) : null}
      {largest.length + oversized.length + empty.length === 0 ? <Text>{'   none'}</Text> : null}
    </Box>
  )
}

const siteOf = ({site}: Pick<EmptyRow, 'site'>) => (site === null ? '' : formatSite(site.file, site.line))
const allocated = {
  dim: true,
  dropOrder: 1,
  header: 'Allocation site',
  minWidth: 16,
  shorten: shortenLeft,
  value: siteOf,
} as const

const largestColumns: ReadonlyArray<Column<CollectionRow>> = [
  {header: 'Collection', minWidth: 16, value: row => row.label},
  {dim: true, header: 'Address', value: row => row.address},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Retained', value: row => formatBytes(row.retainedSize)},
  allocated,
]

const oversizedColumns: ReadonlyArray<Column<CollectionRow>> = [
  {header: 'Collection', minWidth: 16, value: row => row.label},
  {dim: true, header: 'Address', value: row => row.address},
  {align: 'right', dim: true, header: 'Capacity', value: row => formatCount(row.capacity)},
  {align: 'right', header: 'Unused', value: row => formatBytes(row.unused)},
  allocated,
]

const emptyColumns: ReadonlyArray<Column<EmptyRow>> = [
  {header: 'Class', minWidth: 16, value: row => row.className},
  {align: 'right', header: 'Shallow', value: row => formatBytes(row.memsize)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.objects)},
  allocated,
]
