// Live objects by allocation site.
import type {AllocationSite} from '../../../analysis/tables/allocation-sites.js'
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {shortenLeft} from '../../text-width.js'
import {formatSite} from '../../site-label.js'
import {type Column, Table} from '../Table.js'
import {highlight, type SectionProps} from './props.js'

export function Sites({report, width}: SectionProps) {
  return <Table columns={columns} rows={report.allocationSites} width={width} />
}

const columns: ReadonlyArray<Column<AllocationSite>> = [
  {header: 'Allocation site', minWidth: 20, shorten: shortenLeft, value: row => formatSite(row.file, row.line)},
  {align: 'right', color: row => highlight(row.share), header: 'Shallow', value: row => formatBytes(row.aliveMemsize)},
  {align: 'right', dim: true, header: 'Share', value: row => formatShare(row.share)},
  {align: 'right', header: 'Objects', value: row => formatCount(row.aliveObjects)},
  {align: 'right', dropOrder: 1, header: 'Retained', value: row => formatBytes(row.aliveRetainedSize)},
  {align: 'right', dim: true, dropOrder: 2, header: 'References', value: row => formatCount(row.references)},
]
